//! What a server asks an administrator for.

/// The least scopes that a sync in the background needs, each with the reason that an administrator may be told.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/scopes.html>
pub const SCOPES: [(&str, &str); 13] = [
    ("ZohoCRM.modules.contacts.ALL", "contacts are read, created, changed and deleted"),
    ("ZohoCRM.modules.leads.ALL", "leads take part beside contacts where that is chosen"),
    ("ZohoCRM.modules.tasks.ALL", "tasks are read, created, changed and deleted"),
    ("ZohoCRM.modules.events.ALL", "meetings are read, created, changed, cancelled and deleted"),
    ("ZohoCRM.modules.accounts.ALL", "companies of contacts get accounts, and mails stand beside them"),
    ("ZohoCRM.modules.deals.ALL", "mails stand beside deals"),
    ("ZohoCRM.modules.emails.ALL", "mails are put beside records"),
    ("ZohoCRM.coql.READ", "what changed is found by a query"),
    ("ZohoCRM.composite_requests.CUSTOM", "mails are put beside records, several in one call"),
    ("ZohoCRM.notifications.ALL", "the CRM tells of changes, so that nobody has to ask all the time"),
    ("ZohoCRM.users.READ", "who is an active user, and who an administrator"),
    ("ZohoCRM.org.READ", "which organisation it is"),
    ("ZohoCRM.settings.modules.READ", "whether SalesInbox is in use, which puts mails beside records itself"),
];
