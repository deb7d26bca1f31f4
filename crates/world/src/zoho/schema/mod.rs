//! The modules and their fields.
//!
//! API names as in the official SDKs' field lists; lengths as field metadata of a fresh organisation
//! gives them. An organisation may differ, so callers read `/settings/fields`.

mod accounts;
mod contacts;
mod deals;
mod events;
mod field;
mod leads;
mod tasks;

pub(crate) use field::Field;
pub use field::Kind;

/// One module.
pub(crate) struct Module {
    /// The API name, as in `/crm/v8/Contacts`.
    pub(crate) api_name: &'static str,
    /// What users call one record.
    pub(crate) singular: &'static str,
    /// What users call the module.
    pub(crate) plural: &'static str,
    /// The field that names a record where another one refers to it.
    pub(crate) display_field: &'static str,
    /// The fields by which upsert looks for duplicates when the caller names none.
    ///
    /// <https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html>
    pub(crate) duplicate_check: &'static [&'static str],
    /// The fields.
    pub(crate) fields: &'static [Field],
}

impl PartialEq for Module {
    fn eq(&self, other: &Self) -> bool {
        self.api_name == other.api_name
    }
}

/// Every module that the stand-in has.
pub(crate) const MODULES: [&Module; 6] =
    [&leads::MODULE, &contacts::MODULE, &accounts::MODULE, &deals::MODULE, &tasks::MODULE, &events::MODULE];

/// The module with this API name. Zoho takes module names regardless of case in paths; the stand-in is
/// stricter and takes the API name only.
pub(crate) fn module(api_name: &str) -> Option<&'static Module> {
    MODULES.into_iter().find(|module| module.api_name == api_name)
}
