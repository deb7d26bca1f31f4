//! Pages of listings.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/how-to-perform-paged-searches-by-using-ews-in-exchange>.

use super::names::m;
use super::refusal::Refusal;
use mxs_xml::Element;

/// How many entries the server's policy lets a listing have (`EWSFindCountLimit`).
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange>.
pub(super) const ENTRIES_MAX: usize = 1_000;

/// Which part of a listing is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    from: Start,
    size: usize,
    /// Whether a page was asked for at all.
    asked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// So many entries from the beginning.
    Beginning(usize),
    /// So many entries from the end.
    End(usize),
    /// At a fraction of all entries.
    Fraction(u64, u64),
}

impl Page {
    /// Reads `IndexedPageItemView` or `FractionalPageItemView`.
    pub(super) fn read(indexed: Option<&Element>, fractional: Option<&Element>) -> Result<Self, Refusal> {
        let number = |view: &Element, name: &str| -> Result<Option<u64>, Refusal> {
            let invalid = |_| Refusal::schema(format!("The '{name}' attribute is invalid."));
            view.attribute(name).map(|text| text.trim().parse().map_err(invalid)).transpose()
        };
        let invalid = || {
            let text = "The specified paging parameters are not valid.";
            Refusal::new("ErrorInvalidIndexedPagingParameters", text)
        };
        let size = |view: &Element| -> Result<usize, Refusal> {
            let size =
                number(view, "MaxEntriesReturned")?.map_or(ENTRIES_MAX, |size| size.min(ENTRIES_MAX as u64) as usize);
            if size == 0 { Err(invalid()) } else { Ok(size) }
        };
        let whole = Self { from: Start::Beginning(0), size: ENTRIES_MAX, asked: false };
        if let Some(view) = indexed {
            let offset = number(view, "Offset")?.unwrap_or_default() as usize;
            let from = match view.attribute("BasePoint") {
                // A view of contacts has none.
                Some("Beginning") | None => Start::Beginning(offset),
                Some("End") => Start::End(offset),
                Some(_) => return Err(Refusal::schema("The 'BasePoint' attribute is invalid.")),
            };
            return Ok(Self { from, size: size(view)?, asked: true });
        }
        if let Some(view) = fractional {
            let part = (number(view, "Numerator")?.unwrap_or_default(), number(view, "Denominator")?.unwrap_or(1));
            if part.1 == 0 || part.0 > part.1 {
                let text = "The specified fraction is not valid.";
                return Err(Refusal::new("ErrorInvalidFractionalPagingParameters", text));
            }
            return Ok(Self { from: Start::Fraction(part.0, part.1), size: size(view)?, asked: true });
        }
        Ok(whole)
    }

    fn range(&self, count: usize) -> (usize, usize) {
        match self.from {
            Start::Beginning(offset) => (offset.min(count), offset.saturating_add(self.size).min(count)),
            Start::End(offset) => {
                let end = count.saturating_sub(offset);
                (end.saturating_sub(self.size), end)
            }
            Start::Fraction(part, of) => {
                let start = ((count as u128 * u128::from(part)) / u128::from(of)) as usize;
                (start, start.saturating_add(self.size).min(count))
            }
        }
    }

    /// The entries of the page.
    pub(super) fn cut<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let (start, end) = self.range(all.len());
        &all[start..end]
    }

    /// The element around the entries, which says where the next page starts.
    pub(super) fn root(&self, count: usize) -> Element {
        let (start, end) = self.range(count);
        let (is_last, next) = match self.from {
            Start::End(offset) => (start == 0, offset + (end - start)),
            Start::Beginning(_) | Start::Fraction(..) => (end == count, end),
        };
        let mut root = m("RootFolder");
        if self.asked {
            root = match self.from {
                Start::Fraction(..) => {
                    root.with("NumeratorOffset", &next.to_string()).with("AbsoluteDenominator", &count.to_string())
                }
                Start::Beginning(_) | Start::End(_) => root.with("IndexedPagingOffset", &next.to_string()),
            };
        }
        root.with("TotalItemsInView", &count.to_string()).with("IncludesLastItemInRange", &is_last.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_cut_from_either_end() {
        let view = |from: &str, offset: &str, size: &str| {
            Element::named("V").with("BasePoint", from).with("Offset", offset).with("MaxEntriesReturned", size)
        };
        let part = |part: &str, of: &str| {
            Element::named("F").with("Numerator", part).with("Denominator", of).with("MaxEntriesReturned", "2")
        };
        // What is shown of five entries, where the next page starts, and whether this is the last.
        let cases: [(_, _, &[u8], _, _); 9] = [
            (None, None, &[0, 1, 2, 3, 4], None, "true"),
            (Some(view("Beginning", "0", "2")), None, &[0, 1], Some("2"), "false"),
            (Some(view("Beginning", "4", "2")), None, &[4], Some("5"), "true"),
            (Some(view("Beginning", "9", "2")), None, &[], Some("5"), "true"),
            (Some(view("End", "0", "2")), None, &[3, 4], Some("2"), "false"),
            (Some(view("End", "4", "2")), None, &[0], Some("5"), "true"),
            (Some(view("End", "9", "2")), None, &[], Some("9"), "true"),
            (None, Some(part("1", "2")), &[2, 3], None, "false"),
            (None, Some(part("1", "1")), &[], None, "true"),
        ];
        for (indexed, fractional, shown, next, is_last) in cases {
            let page = Page::read(indexed.as_ref(), fractional.as_ref()).expect("a page");
            let root = page.root(5);
            assert_eq!(page.cut(&[0, 1, 2, 3, 4]), shown);
            assert_eq!(root.attribute("IndexedPagingOffset"), next, "{shown:?}");
            assert_eq!(root.attribute("IncludesLastItemInRange"), Some(is_last), "{shown:?}");
        }
        for wrong in [view("Beginning", "0", "0"), view("Beginning", "-1", "2"), view("Middle", "0", "2")] {
            assert!(Page::read(Some(&wrong), None).is_err(), "{wrong:?}");
        }
        assert!(Page::read(None, Some(&part("2", "1"))).is_err());
    }
}
