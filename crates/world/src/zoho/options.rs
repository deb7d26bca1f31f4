//! What a tester may set about an organisation.

/// The edition, which decides how much an organisation may call.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// 5,000 credits a day, 5 calls at once.
    Free,
    /// 50,000 credits and 250 for each user, 10 calls at once.
    Standard,
    /// 50,000 credits and 500 for each user, 15 calls at once.
    Professional,
    /// 50,000 credits and 1,000 for each user, 20 calls at once.
    Enterprise,
    /// 50,000 credits and 2,000 for each user, 25 calls at once.
    Ultimate,
}

impl Edition {
    /// How many credits `users` may spend in 24 hours.
    pub(crate) fn credits(self, users: u64) -> u64 {
        match self {
            Edition::Free => 5_000,
            Edition::Standard => (50_000 + users * 250).min(100_000),
            Edition::Professional => (50_000 + users * 500).min(3_000_000),
            Edition::Enterprise => (50_000 + users * 1_000).min(5_000_000),
            Edition::Ultimate => 50_000 + users * 2_000,
        }
    }

    /// How many calls of one application an organisation may have under way.
    pub(crate) fn concurrency(self) -> usize {
        match self {
            Edition::Free => 5,
            Edition::Standard => 10,
            Edition::Professional => 15,
            Edition::Enterprise => 20,
            Edition::Ultimate => 25,
        }
    }

    /// How many tags a record may have, and how many a module, as Zoho's help on tagging records has it. It
    /// names no free edition.
    pub(crate) fn tags(self) -> (usize, usize) {
        match self {
            Edition::Free | Edition::Standard => (5, 20),
            Edition::Professional => (10, 60),
            Edition::Enterprise => (10, 100),
            Edition::Ultimate => (10, 200),
        }
    }

    /// The name in `license_details.paid_type`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Edition::Free => "free",
            Edition::Standard => "standard",
            Edition::Professional => "professional",
            Edition::Enterprise => "enterprise",
            Edition::Ultimate => "ultimate",
        }
    }
}

/// Who sees the records of others: Zoho's data sharing settings, here one for all modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Sharing {
    /// Everyone sees and changes every record, as far as the profile goes.
    #[default]
    PublicReadWriteDelete,
    /// Everyone sees every record; only its owner and administrators change it.
    PublicReadOnly,
    /// Only the owner and administrators see a record. (Zoho's default; the role hierarchy, which shows
    /// records to superiors as well, isn't modelled.)
    Private,
}

/// With which offset the API shows the days of an all-day meeting. A published answer has `+00:00` whatever
/// the reader's zone is, from midnight to 23:59:59; no page says whether every organisation answers so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum AllDay {
    /// `+00:00`.
    #[default]
    Utc,
    /// That of the reader, at midnight of the day.
    Reader,
}

/// What a task or a meeting that repeats is to the API. No page says; that the rule can't be changed later
/// speaks for one record each, that it has `EXDATE` for one record in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Series {
    /// One record, whose days follow from its rule.
    #[default]
    OneRecord,
    /// A record for each occurrence, all with the same rule, made together with the first.
    RecordEach,
}

/// Settings of an organisation that change how its API behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgOptions {
    /// Who sees the records of others.
    pub sharing: Sharing,
    /// Fields marked "do not allow duplicate values", as `(module, field)`.
    pub unique_fields: Vec<(String, String)>,
    /// How long after a change a record can't be found by search, in milliseconds. Zoho gives no number:
    /// search reads an index that follows the records some seconds later.
    pub search_lag_ms: i64,
    /// The daily credits instead of those of the edition.
    pub credit_limit: Option<u64>,
    /// The calls under way at once instead of those of the edition.
    pub concurrency_limit: Option<usize>,
    /// The status of an answer in which every record was refused. Zoho's specification of August 2026
    /// shows 400; older pages show 202.
    pub all_refused_status: u16,
    /// Whether restoring a record from the recycle bin counts as a modification. No page says; the stand-in
    /// assumes the harder case, that it doesn't.
    pub restore_modifies: bool,
    /// Whether workflow rules mail the owner of every record that is created, changed or deleted.
    pub workflow_mails: bool,
    /// With which offset the days of all-day meetings are shown.
    pub all_day: AllDay,
    /// What a task or a meeting that repeats is.
    pub series: Series,
    /// Whether an update may change how a task or a meeting repeats. Field metadata says it may not
    /// (`api_update` is false), and a field that can't be written is dropped without a word; a sample of an
    /// SDK writes it in an update all the same.
    pub recurrence_may_change: bool,
    /// Whether participants who were invited are mailed when a meeting is changed or deleted and the call
    /// says nothing of it. The CRM's pages ask whoever does it; no page says what the API does.
    pub invited_are_told: bool,
    /// Whether tagging a record counts as a modification and runs workflow rules. No page says; the
    /// stand-in assumes the harder case, that nothing tells of it.
    pub tagging_modifies: bool,
    /// The code with which a converted lead can't be changed. Users report `INVALID_DATA`; the specification
    /// also has `CONVERTED_RECORD` and `ID_ALREADY_CONVERTED`.
    pub converted_code: &'static str,
    /// How long after a change whoever has a channel is called, in milliseconds. Zoho says "instant" and gives no number.
    pub callback_delay_ms: i64,
    /// How often each call is made: it may come more than once, by report, or not at all.
    pub callback_times: usize,
    /// Whether SalesInbox is in use. Only the list of modules tells, by report: its entry is then visible.
    pub sales_inbox: bool,
}

impl Default for OrgOptions {
    fn default() -> Self {
        Self {
            sharing: Sharing::default(),
            unique_fields: Vec::new(),
            search_lag_ms: 5_000,
            credit_limit: None,
            concurrency_limit: None,
            all_refused_status: 400,
            restore_modifies: false,
            workflow_mails: false,
            all_day: AllDay::default(),
            series: Series::default(),
            recurrence_may_change: false,
            invited_are_told: false,
            tagging_modifies: false,
            converted_code: "INVALID_DATA",
            callback_delay_ms: 1_000,
            callback_times: 1,
            sales_inbox: false,
        }
    }
}

impl OrgOptions {
    /// Marks a field unique, or takes the mark away.
    pub fn set_unique(&mut self, module: &str, field: &str, unique: bool) {
        self.unique_fields.retain(|(m, f)| m != module || f != field);
        if unique {
            self.unique_fields.push((module.to_owned(), field.to_owned()));
        }
    }

    pub(crate) fn is_unique(&self, module: &str, field: &str) -> bool {
        self.unique_fields.iter().any(|(m, f)| m == module && f == field)
    }
}
