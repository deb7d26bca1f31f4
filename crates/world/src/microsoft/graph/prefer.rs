//! The `Prefer` header, and what of it was applied.
//!
//! See <https://learn.microsoft.com/en-us/graph/outlook-immutable-id>.

use mxs_http::Headers;

/// Pages hold so many items unless the client says otherwise.
pub(super) const PAGE: usize = 10;
/// No page holds more.
pub(super) const PAGE_MAX: usize = 1000;

/// Preferences this stand-in knows. Others are ignored, as preferences are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Prefer {
    /// `IdType="ImmutableId"`.
    pub(super) immutable: bool,
    /// `odata.maxpagesize`.
    pub(super) page_size: Option<usize>,
}

impl Prefer {
    /// Reads every `Prefer` field; one field may hold several preferences.
    pub(super) fn read(headers: &Headers) -> Self {
        let mut prefer = Self::default();
        let fields = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("prefer"));
        for preference in fields.flat_map(|(_, value)| value.split([',', ';'])) {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            if name.eq_ignore_ascii_case("IdType") {
                prefer.immutable = value.eq_ignore_ascii_case("ImmutableId");
            } else if name.eq_ignore_ascii_case("odata.maxpagesize") || name.eq_ignore_ascii_case("maxpagesize") {
                prefer.page_size = value.parse().ok().filter(|size| *size > 0).map(|size: usize| size.min(PAGE_MAX));
            }
        }
        prefer
    }

    /// How many items a page holds.
    pub(super) fn page(self) -> usize {
        self.page_size.unwrap_or(PAGE)
    }

    /// The `Preference-Applied` field, where there is something to say.
    pub(super) fn applied(self, pages: bool) -> Option<String> {
        let size = self.page_size.filter(|_| pages).map(|size| format!("odata.maxpagesize={size}"));
        let ids = self.immutable.then(|| "IdType=\"ImmutableId\"".to_owned());
        let applied: Vec<String> = ids.into_iter().chain(size).collect();
        (!applied.is_empty()).then(|| applied.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_come_in_one_field_or_several() {
        let read = |fields: &[&str]| Prefer::read(&fields.iter().map(|&field| ("prefer", field)).collect());
        let both = Prefer { immutable: true, page_size: Some(50) };
        assert_eq!(read(&["IdType=\"ImmutableId\", odata.maxpagesize=50"]), both);
        assert_eq!(read(&["odata.maxpagesize=50", "idtype=\"immutableid\""]), both);
        assert_eq!(read(&["odata.maxpagesize=100000"]).page(), PAGE_MAX);
        assert_eq!(read(&["odata.maxpagesize=none", "outlook.timezone=\"UTC\""]), Prefer::default());
        assert_eq!(both.applied(false).as_deref(), Some("IdType=\"ImmutableId\""));
    }
}
