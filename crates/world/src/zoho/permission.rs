//! What a profile allows.

use std::collections::BTreeMap;

/// What may be done with the records of one module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModulePermissions {
    /// See records.
    pub view: bool,
    /// Add records.
    pub create: bool,
    /// Change records.
    pub edit: bool,
    /// Delete records.
    pub delete: bool,
    /// Put tags on records and take them away.
    pub tags: bool,
}

impl ModulePermissions {
    /// Everything.
    pub const ALL: Self = Self { view: true, create: true, edit: true, delete: true, tags: true };
    /// Seeing only.
    pub const VIEW: Self = Self { view: true, create: false, edit: false, delete: false, tags: false };
    /// Nothing.
    pub const NONE: Self = Self { view: false, create: false, edit: false, delete: false, tags: false };
}

/// What a profile allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// Whether it is an administrator's profile, who sees every record.
    pub administrator: bool,
    /// Whether the API may be used at all ("Zoho CRM API Access").
    pub api_access: bool,
    /// What applies to modules not named in `modules`.
    pub default: ModulePermissions,
    /// What applies to single modules.
    pub modules: BTreeMap<String, ModulePermissions>,
}

impl Permissions {
    /// The profile "Administrator".
    pub fn administrator() -> Self {
        Self { administrator: true, ..Self::standard() }
    }

    /// The profile "Standard": all records, nothing administrative.
    pub fn standard() -> Self {
        Self { administrator: false, api_access: true, default: ModulePermissions::ALL, modules: BTreeMap::new() }
    }

    /// Sets what applies to one module.
    #[must_use]
    pub fn module(mut self, module: &str, permissions: ModulePermissions) -> Self {
        self.modules.insert(module.to_owned(), permissions);
        self
    }

    pub(crate) fn of(&self, module: &str) -> ModulePermissions {
        self.modules.get(module).copied().unwrap_or(self.default)
    }

    pub(crate) fn allows(&self, module: &str, action: Action) -> bool {
        let permissions = self.of(module);
        match action {
            Action::View => permissions.view,
            Action::Create => permissions.create,
            Action::Edit => permissions.edit,
            Action::Delete => permissions.delete,
            Action::Tags => permissions.tags,
        }
    }
}

/// What a call does to records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    View,
    Create,
    Edit,
    Delete,
    /// Tagging, which needs the permission to edit beside its own.
    Tags,
}

impl Action {
    /// Every action, in the order in which profiles list them.
    pub(crate) const ALL: [Self; 5] = [Self::View, Self::Create, Self::Edit, Self::Delete, Self::Tags];

    /// The action's name in permissions and, but for `View` and `Edit`, in scopes.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Action::View => "View",
            Action::Create => "Create",
            Action::Edit => "Edit",
            Action::Delete => "Delete",
            Action::Tags => "Tags",
        }
    }

    /// The permission's name in `NO_PERMISSION` answers and in profiles.
    pub(crate) fn permission(self, module: &str) -> String {
        format!("Crm_Implied_{}_{module}", self.name())
    }
}
