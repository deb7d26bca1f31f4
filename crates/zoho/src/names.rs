//! What the engine's fields are called in a module, and in which shape they stand there.

use crate::Module;
use mxs_core::{Field, FieldMap};
use std::borrow::Cow;

/// The most columns that one query selects.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html>
pub const COLUMNS_MAX: usize = 50;

/// How a value stands in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Text, or a choice from a pick list.
    Text,
    /// A day, `2026-11-21`.
    Date,
    /// Tags, `[{"name": …}]`.
    Tags,
    /// A lookup of an account; the engine has the account's name.
    Account,
    /// How far a task is.
    Status,
    /// How important a task is.
    Priority,
    /// The day of a moment that only the CRM sets.
    ClosedDay,
    /// A task's reminder, `{"ALARM": …}`.
    Alarm,
    /// When an event begins.
    Start,
    /// When an event ends.
    End,
    /// The people of an event.
    People,
    /// An event's reminders, `[{"unit": 15, "period": "minutes"}]`.
    Reminders,
    /// The rule of a series.
    Rule,
    /// The days that a series leaves out; they stand beside its rule.
    Exclusions,
}

impl Shape {
    /// Whether queries can't select it. No page of the vendor shows a query for one of these.
    const fn is_detail(self) -> bool {
        match self {
            Shape::Tags | Shape::Alarm | Shape::People | Shape::Reminders | Shape::Rule | Shape::Exclusions => true,
            Shape::Text
            | Shape::Date
            | Shape::Account
            | Shape::Status
            | Shape::Priority
            | Shape::ClosedDay
            | Shape::Start
            | Shape::End => false,
        }
    }
}

/// A field in a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) field: Field,
    pub(crate) name: Cow<'static, str>,
    pub(crate) shape: Shape,
}

impl Column {
    /// What a query selects, and the member of its rows.
    pub(crate) fn path(&self) -> Cow<'_, str> {
        match self.shape {
            // Of a lookup itself a query gives the id alone.
            Shape::Account => Cow::Owned(format!("{}.Account_Name", self.name)),
            _ => Cow::Borrowed(&self.name),
        }
    }

    pub(crate) const fn is_detail(&self) -> bool {
        self.shape.is_detail()
    }
}

/// Why a field can't have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NamesError {
    /// It has letters that no API name has.
    #[error("{field:?} is given a name that is no API name")]
    NotAName {
        /// The field.
        field: Field,
    },
    /// Only text can be put into a field of the organisation's own.
    #[error("{field:?} is no text")]
    NotText {
        /// The field.
        field: Field,
    },
    /// Two fields would be written to the same place.
    #[error("{field:?} is given a name that another field has")]
    Taken {
        /// The field.
        field: Field,
    },
    /// One query can't ask for so many.
    #[error("more fields than one query takes")]
    TooMany,
}

/// The fields of a module that take part, by their API names. Only these are asked for, read and written. A
/// person may rename a field's label, never its API name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    module: Module,
    columns: Vec<Column>,
}

impl Names {
    /// The fields that are `wanted`, as far as the module has them: those that flow, and those that a filter
    /// looks at. `own` are the fields that the organisation added or chose for some of them; they hold text.
    pub fn new(module: Module, wanted: &[Field], own: &[(Field, String)]) -> Result<Self, NamesError> {
        let mut columns = Vec::new();
        for (field, name, shape) in table(module) {
            if wanted.contains(field) && !own.iter().any(|(owned, _)| owned == field) {
                columns.push(Column { field: *field, name: Cow::Borrowed(name), shape: *shape });
            }
        }
        for (field, name) in own.iter().filter(|(field, _)| wanted.contains(field)) {
            let field = *field;
            if !is_api_name(name) {
                return Err(NamesError::NotAName { field });
            }
            let usual = table(module).iter().find(|(known, ..)| *known == field);
            if !is_text(field) || usual.is_some_and(|(.., shape)| *shape != Shape::Text) {
                return Err(NamesError::NotText { field });
            }
            let of_table = table(module).iter().any(|(other, known, _)| known == name && *other != field);
            if of_table || reserved(name) || columns.iter().any(|column| column.field == field || column.name == *name)
            {
                return Err(NamesError::Taken { field });
            }
            columns.push(Column { field, name: Cow::Owned(name.clone()), shape: Shape::Text });
        }
        let names = Self { module, columns };
        if names.selected().len() > COLUMNS_MAX { Err(NamesError::TooMany) } else { Ok(names) }
    }

    /// What flows where nobody chose.
    pub fn usual(module: Module) -> Self {
        let map = FieldMap::usual(module.kind());
        Self::of_table(module, |field| map.flows(field))
    }

    /// Everything that the module has by itself.
    pub fn all(module: Module) -> Self {
        Self::of_table(module, |_| true)
    }

    fn of_table(module: Module, wanted: impl Fn(Field) -> bool) -> Self {
        let mut columns = Vec::new();
        for (field, name, shape) in table(module).iter().filter(|(field, ..)| wanted(*field)) {
            columns.push(Column { field: *field, name: Cow::Borrowed(name), shape: *shape });
        }
        Self { module, columns }
    }

    /// The module.
    pub const fn module(&self) -> Module {
        self.module
    }

    /// The fields.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.columns.iter().map(|column| column.field)
    }

    /// The fields that stand in fields of the organisation's own, with their names there.
    pub fn own(&self) -> impl Iterator<Item = (Field, &str)> {
        self.columns.iter().filter_map(|column| match &column.name {
            Cow::Owned(name) => Some((column.field, name.as_str())),
            Cow::Borrowed(_) => None,
        })
    }

    /// The field with this API name, if it takes part. Of a series' rule and exclusions, which are one field
    /// of the CRM, the rule.
    pub fn field(&self, api_name: &str) -> Option<Field> {
        self.columns.iter().find(|column| column.name == api_name).map(|column| column.field)
    }

    /// Whether a query can't tell everything: then the records of each page are asked for once more, by
    /// [`crate::details::request`].
    pub fn needs_details(&self) -> bool {
        self.columns.iter().any(Column::is_detail)
    }

    /// Whether companies are accounts, whose ids must be [known](crate::Known) before a record is written.
    pub fn links_accounts(&self) -> bool {
        self.has(Shape::Account)
    }

    pub(crate) fn has(&self, shape: Shape) -> bool {
        self.columns.iter().any(|column| column.shape == shape)
    }

    pub(crate) fn column(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// What a query selects.
    pub(crate) fn selected(&self) -> Vec<Cow<'_, str>> {
        let mut paths: Vec<Cow<'_, str>> = Vec::new();
        for column in self.columns.iter().filter(|column| !column.is_detail()) {
            paths.push(column.path());
        }
        if self.has(Shape::Start) || self.has(Shape::End) {
            paths.push(Cow::Borrowed(ALL_DAY));
        }
        paths.extend([Cow::Borrowed(CREATED), Cow::Borrowed(MODIFIED)]);
        paths
    }

    /// What a query can't select, and what is needed to understand it.
    pub(crate) fn detailed(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for column in self.columns.iter().filter(|column| column.is_detail()) {
            names.push(&column.name);
            match column.shape {
                Shape::People => names.push("Owner"),
                Shape::Rule | Shape::Exclusions | Shape::Reminders => names.push(first_day(self.module)),
                _ => {}
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Whether an event lasts whole days.
pub(crate) const ALL_DAY: &str = "All_day";
pub(crate) const CREATED: &str = "Created_Time";
pub(crate) const MODIFIED: &str = "Modified_Time";

/// The field from which a series counts.
pub(crate) const fn first_day(module: Module) -> &'static str {
    match module {
        Module::Tasks => "Due_Date",
        Module::Contacts | Module::Leads | Module::Events => "Start_DateTime",
    }
}

/// Names that the client itself gives a meaning.
fn reserved(name: &str) -> bool {
    [ALL_DAY, CREATED, MODIFIED, "Owner", "id"].contains(&name)
}

/// Letters, digits and underscores: such a name needs no quotes in a query and can't be mistaken for another
/// part of it.
fn is_api_name(name: &str) -> bool {
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic());
    begins && name.len() <= 100 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether the engine has text there.
const fn is_text(field: Field) -> bool {
    !matches!(
        field,
        Field::Attendees
            | Field::Birthday
            | Field::Categories
            | Field::CompletedOn
            | Field::Due
            | Field::End
            | Field::Exceptions
            | Field::Exclusions
            | Field::Folder
            | Field::Module
            | Field::OriginalStart
            | Field::Reminder
            | Field::Start
    )
}

const fn table(module: Module) -> &'static [(Field, &'static str, Shape)] {
    match module {
        Module::Contacts => &CONTACTS,
        Module::Leads => &LEADS,
        Module::Tasks => &TASKS,
        Module::Events => &EVENTS,
    }
}

const CONTACTS: [(Field, &str, Shape); 26] = [
    (Field::Assistant, "Assistant", Shape::Text),
    (Field::Birthday, "Date_of_Birth", Shape::Date),
    (Field::BusinessPhone, "Phone", Shape::Text),
    (Field::Categories, "Tag", Shape::Tags),
    (Field::Company, "Account_Name", Shape::Account),
    (Field::Department, "Department", Shape::Text),
    (Field::Email1, "Email", Shape::Text),
    (Field::Email2, "Secondary_Email", Shape::Text),
    (Field::GivenName, "First_Name", Shape::Text),
    (Field::HomeCity, "Other_City", Shape::Text),
    (Field::HomeCountry, "Other_Country", Shape::Text),
    (Field::HomePhone, "Home_Phone", Shape::Text),
    (Field::HomePostalCode, "Other_Zip", Shape::Text),
    (Field::HomeState, "Other_State", Shape::Text),
    (Field::HomeStreet, "Other_Street", Shape::Text),
    (Field::ImAddress, "Skype_ID", Shape::Text),
    (Field::JobTitle, "Title", Shape::Text),
    (Field::MobilePhone, "Mobile", Shape::Text),
    (Field::Notes, "Description", Shape::Text),
    (Field::Surname, "Last_Name", Shape::Text),
    (Field::Title, "Salutation", Shape::Text),
    (Field::WorkCity, "Mailing_City", Shape::Text),
    (Field::WorkCountry, "Mailing_Country", Shape::Text),
    (Field::WorkPostalCode, "Mailing_Zip", Shape::Text),
    (Field::WorkState, "Mailing_State", Shape::Text),
    (Field::WorkStreet, "Mailing_Street", Shape::Text),
];

const LEADS: [(Field, &str, Shape); 18] = [
    (Field::BusinessPhone, "Phone", Shape::Text),
    (Field::Categories, "Tag", Shape::Tags),
    (Field::Company, "Company", Shape::Text),
    (Field::Email1, "Email", Shape::Text),
    (Field::Email2, "Secondary_Email", Shape::Text),
    (Field::GivenName, "First_Name", Shape::Text),
    (Field::ImAddress, "Skype_ID", Shape::Text),
    (Field::JobTitle, "Designation", Shape::Text),
    (Field::MobilePhone, "Mobile", Shape::Text),
    (Field::Notes, "Description", Shape::Text),
    (Field::Surname, "Last_Name", Shape::Text),
    (Field::Title, "Salutation", Shape::Text),
    (Field::WebPage, "Website", Shape::Text),
    (Field::WorkCity, "City", Shape::Text),
    (Field::WorkCountry, "Country", Shape::Text),
    (Field::WorkPostalCode, "Zip_Code", Shape::Text),
    (Field::WorkState, "State", Shape::Text),
    (Field::WorkStreet, "Street", Shape::Text),
];

/// Whom and what a task or an event is about (`Who_Id`, `What_Id`) is the CRM's own business.
const TASKS: [(Field, &str, Shape); 9] = [
    (Field::Categories, "Tag", Shape::Tags),
    (Field::CompletedOn, "Closed_Time", Shape::ClosedDay),
    (Field::Due, "Due_Date", Shape::Date),
    (Field::Notes, "Description", Shape::Text),
    (Field::Priority, "Priority", Shape::Priority),
    (Field::Recurrence, "Recurring_Activity", Shape::Rule),
    (Field::Reminder, "Remind_At", Shape::Alarm),
    (Field::Status, "Status", Shape::Status),
    (Field::Subject, "Subject", Shape::Text),
];

const EVENTS: [(Field, &str, Shape); 10] = [
    (Field::Attendees, "Participants", Shape::People),
    (Field::Categories, "Tag", Shape::Tags),
    (Field::End, "End_DateTime", Shape::End),
    (Field::Recurrence, "Recurring_Activity", Shape::Rule),
    (Field::Exclusions, "Recurring_Activity", Shape::Exclusions),
    (Field::Location, "Venue", Shape::Text),
    (Field::Notes, "Description", Shape::Text),
    (Field::Reminder, "Remind_At", Shape::Reminders),
    (Field::Start, "Start_DateTime", Shape::Start),
    (Field::Subject, "Event_Title", Shape::Text),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn own(field: Field, name: &str) -> Vec<(Field, String)> {
        vec![(field, name.to_owned())]
    }

    #[test]
    fn every_field_that_usually_flows_has_a_name() {
        for module in [Module::Contacts, Module::Tasks, Module::Events] {
            let flowing: Vec<Field> = FieldMap::usual(module.kind()).fields().collect();
            let mut named: Vec<Field> = Names::usual(module).fields().collect();
            named.sort_unstable();
            assert_eq!(named, flowing, "{module:?}");
        }
        let leads = Names::usual(Module::Leads);
        assert!(leads.fields().all(|field| FieldMap::usual(Module::Leads.kind()).flows(field)));
    }

    #[test]
    fn every_field_has_one_name_and_every_name_one_field() {
        for module in Module::ALL {
            let names = Names::all(module);
            let mut fields: Vec<Field> = names.fields().collect();
            fields.sort_unstable();
            fields.dedup();
            assert_eq!(fields.len(), table(module).len(), "{module:?}");
            let mut apis: Vec<&str> = names.columns().iter().map(|column| column.name.as_ref()).collect();
            apis.sort_unstable();
            apis.dedup();
            // A series' rule and what it leaves out are one field of the CRM.
            let shared = usize::from(module == Module::Events);
            assert_eq!(apis.len() + shared, table(module).len(), "{module:?}");
            assert!(names.selected().len() <= COLUMNS_MAX);
        }
        let contacts = Names::all(Module::Contacts);
        assert_eq!((contacts.field("Mailing_Zip"), contacts.field("id")), (Some(Field::WorkPostalCode), None));
        assert_eq!(Names::all(Module::Events).field("Recurring_Activity"), Some(Field::Recurrence));
    }

    #[test]
    fn only_what_is_wanted_is_named() {
        let names = Names::new(Module::Events, &[Field::Start, Field::Email1], &[]).expect("names");
        assert_eq!(names.selected(), ["Start_DateTime", "All_day", "Created_Time", "Modified_Time"]);
        assert!(!names.needs_details() && !names.links_accounts());
        let names = Names::new(Module::Contacts, &[Field::Company, Field::Categories], &[]).expect("names");
        assert_eq!(names.selected(), ["Account_Name.Account_Name", "Created_Time", "Modified_Time"]);
        assert_eq!(names.detailed(), ["Tag"]);
        assert!(names.needs_details() && names.links_accounts());
        let names = Names::all(Module::Events);
        let wanted = ["Owner", "Participants", "Recurring_Activity", "Remind_At", "Start_DateTime", "Tag"];
        assert_eq!(names.detailed(), wanted);
        assert_eq!(Names::all(Module::Tasks).detailed(), ["Due_Date", "Recurring_Activity", "Remind_At", "Tag"]);
    }

    #[test]
    fn an_organisation_has_fields_of_its_own() {
        let wanted = [Field::YomiSurname, Field::Surname, Field::Notes];
        let names = Names::new(Module::Contacts, &wanted, &own(Field::YomiSurname, "Yomi_Last_Name")).expect("names");
        assert_eq!(names.field("Yomi_Last_Name"), Some(Field::YomiSurname));
        // One that the module has by itself can be kept elsewhere.
        let names = Names::new(Module::Contacts, &wanted, &own(Field::Notes, "Outlook_Notes")).expect("names");
        assert_eq!((names.field("Outlook_Notes"), names.field("Description")), (Some(Field::Notes), None));
        assert_eq!(names.own().collect::<Vec<_>>(), [(Field::Notes, "Outlook_Notes")]);
        // What isn't wanted isn't asked for.
        let names = Names::new(Module::Contacts, &wanted, &own(Field::Nickname, "Nick")).expect("names");
        assert_eq!(names.field("Nick"), None);
    }

    #[test]
    fn a_name_that_could_do_harm_is_refused() {
        let cases = [
            (Field::Nickname, "", NamesError::NotAName { field: Field::Nickname }),
            (Field::Nickname, "1st", NamesError::NotAName { field: Field::Nickname }),
            (Field::Nickname, "id from Contacts", NamesError::NotAName { field: Field::Nickname }),
            (Field::Nickname, "Account_Name.Owner", NamesError::NotAName { field: Field::Nickname }),
            (Field::Nickname, "Last_Name", NamesError::Taken { field: Field::Nickname }),
            (Field::Nickname, "Owner", NamesError::Taken { field: Field::Nickname }),
            (Field::Birthday, "Birth", NamesError::NotText { field: Field::Birthday }),
            (Field::Company, "Firm", NamesError::NotText { field: Field::Company }),
        ];
        for (field, name, error) in cases {
            assert_eq!(Names::new(Module::Contacts, &[field], &own(field, name)), Err(error), "{name}");
        }
        let twice = [(Field::Nickname, "Nick".to_owned()), (Field::Suffix, "Nick".to_owned())];
        let names = Names::new(Module::Contacts, &[Field::Nickname, Field::Suffix], &twice);
        assert_eq!(names, Err(NamesError::Taken { field: Field::Suffix }));
        let many: Vec<(Field, String)> = Field::ALL
            .iter()
            .filter(|field| is_text(**field))
            .map(|field| (*field, format!("C_{}", field.name())))
            .collect();
        let fields: Vec<Field> = many.iter().map(|(field, _)| *field).collect();
        assert_eq!(Names::new(Module::Leads, &fields, &many), Err(NamesError::TooMany));
    }
}
