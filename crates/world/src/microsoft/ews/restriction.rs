//! Which entries of a listing are wanted, and in which order.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/how-to-use-search-filters-with-ews-in-exchange>.

use super::items::Path;
use super::refusal::Refusal;
use jiff::Timestamp;
use mxs_xml::Element;
use std::cmp::Ordering;

/// How deep conditions may nest.
const DEPTH_MAX: usize = 32;
/// How many conditions there may be.
const CONDITIONS_MAX: usize = 256;

/// What a property says; `None` where an entry doesn't have it.
pub(super) type Said<'a> = dyn Fn(&Path) -> Option<String> + 'a;

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Restriction {
    And(Vec<Restriction>),
    Or(Vec<Restriction>),
    Not(Box<Restriction>),
    Exists(Path),
    Contains {
        path: Path,
        text: String,
        how: Containment,
        ignore_case: bool,
    },
    Compares {
        path: Path,
        with: With,
        how: Comparison,
    },
    /// Bits of a number are all unset.
    Excludes {
        path: Path,
        bits: i64,
    },
}

/// With what a property is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum With {
    Constant(String),
    Path(Path),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Containment {
    Whole,
    Start,
    Anywhere,
    WordStart,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Greater,
    NotLess,
    Less,
    NotGreater,
}

impl Restriction {
    /// Reads `Restriction`.
    pub(super) fn read(restriction: Option<&Element>) -> Result<Option<Self>, Refusal> {
        let Some(restriction) = restriction else { return Ok(None) };
        match restriction.children.as_slice() {
            [condition] => Self::condition(condition, 0, &mut 0).map(Some),
            _ => Err(Refusal::schema("The element 'Restriction' holds exactly one condition.")),
        }
    }

    fn condition(element: &Element, depth: usize, count: &mut usize) -> Result<Self, Refusal> {
        *count += 1;
        if depth > DEPTH_MAX || *count > CONDITIONS_MAX {
            return Err(Refusal::new("ErrorRestrictionTooComplex", "The restriction is too complex."));
        }
        let mut inner = |least: usize| -> Result<Vec<Self>, Refusal> {
            if element.children.len() < least {
                return Err(Refusal::schema(format!("The element '{}' has incomplete content.", element.name)));
            }
            element.children.iter().map(|child| Self::condition(child, depth + 1, count)).collect()
        };
        let path = || {
            let named = element.children.first().filter(|first| Path::is_one(first));
            Path::read(named.ok_or_else(|| Refusal::schema(format!("'{}' names no property.", element.name)))?)
        };
        Ok(match element.name.as_str() {
            "And" => Self::And(inner(2)?),
            "Or" => Self::Or(inner(2)?),
            "Not" => Self::Not(Box::new(inner(1)?.swap_remove(0))),
            "Exists" => Self::Exists(path()?),
            "Contains" => Self::Contains {
                path: path()?,
                text: constant(element)?,
                how: match element.attribute("ContainmentMode") {
                    Some("FullString") | None => Containment::Whole,
                    Some("Prefixed") => Containment::Start,
                    Some("Substring") => Containment::Anywhere,
                    Some("PrefixOnWords" | "ExactPhrase") => Containment::WordStart,
                    Some(other) => return Err(Refusal::schema(format!("'{other}' is no 'ContainmentMode'."))),
                },
                ignore_case: element.attribute("ContainmentComparison").is_some_and(|how| how != "Exact"),
            },
            "Excludes" => {
                let bits = element.get("Bitmask").and_then(|mask| mask.attribute("Value")).unwrap_or_default();
                let hex = bits.strip_prefix("0x").or_else(|| bits.strip_prefix("0X"));
                let bits = hex.map_or_else(|| bits.parse().ok(), |hex| i64::from_str_radix(hex, 16).ok());
                let invalid = || Refusal::new("ErrorInvalidExcludesRestriction", "The bitmask is not valid.");
                Self::Excludes { path: path()?, bits: bits.ok_or_else(invalid)? }
            }
            name => {
                let how = match name {
                    "IsEqualTo" => Comparison::Equal,
                    "IsNotEqualTo" => Comparison::NotEqual,
                    "IsGreaterThan" => Comparison::Greater,
                    "IsGreaterThanOrEqualTo" => Comparison::NotLess,
                    "IsLessThan" => Comparison::Less,
                    "IsLessThanOrEqualTo" => Comparison::NotGreater,
                    other => return Err(Refusal::schema(format!("The element '{other}' is no condition."))),
                };
                let other = element.get("FieldURIOrConstant").and_then(|other| other.children.first());
                let other = other.ok_or_else(|| Refusal::schema("A 'FieldURIOrConstant' is missing."))?;
                let with = if Path::is_one(other) {
                    With::Path(Path::read(other)?)
                } else {
                    With::Constant(other.attribute("Value").unwrap_or_default().to_owned())
                };
                Self::Compares { path: path()?, with, how }
            }
        })
    }

    /// Whether an entry is wanted. What it doesn't have is like nothing, and unlike everything.
    pub(super) fn fits(&self, said: &Said<'_>) -> bool {
        match self {
            Self::And(all) => all.iter().all(|one| one.fits(said)),
            Self::Or(any) => any.iter().any(|one| one.fits(said)),
            Self::Not(one) => !one.fits(said),
            Self::Exists(path) => said(path).is_some(),
            Self::Contains { path, text, how, ignore_case } => {
                let fold = |text: &str| if *ignore_case { text.to_lowercase() } else { text.to_owned() };
                let (own, wanted) = (said(path).map(|own| fold(&own)), fold(text));
                own.is_some_and(|own| match how {
                    Containment::Whole => own == wanted,
                    Containment::Start => own.starts_with(&wanted),
                    Containment::Anywhere => own.contains(&wanted),
                    Containment::WordStart => own.split_whitespace().any(|word| word.starts_with(&wanted)),
                })
            }
            Self::Compares { path, with, how } => {
                let other = match with {
                    With::Constant(constant) => Some(constant.clone()),
                    With::Path(path) => said(path),
                };
                match (said(path), other) {
                    (Some(own), Some(other)) => how.holds(compare(&own, &other)),
                    _ => *how == Comparison::NotEqual,
                }
            }
            Self::Excludes { path, bits } => {
                said(path).and_then(|own| own.parse::<i64>().ok()).is_none_or(|own| own & bits == 0)
            }
        }
    }
}

impl Comparison {
    const fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Greater => ordering.is_gt(),
            Self::NotLess => ordering.is_ge(),
            Self::Less => ordering.is_lt(),
            Self::NotGreater => ordering.is_le(),
        }
    }
}

fn constant(element: &Element) -> Result<String, Refusal> {
    let constant = element.get("Constant").and_then(|constant| constant.attribute("Value"));
    constant.map(str::to_owned).ok_or_else(|| Refusal::schema("A 'Constant' is missing."))
}

/// What a property says, so that it can be ordered: moments and numbers by their value, texts without regard to case, as
/// the store's indexes have them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sortable {
    Moment(Timestamp),
    /// Whole numbers and others, by the bits that order as they do.
    Number(i64),
    Text(String),
}

impl Sortable {
    fn of(text: &str) -> Self {
        if let Ok(moment) = text.parse() {
            return Self::Moment(moment);
        }
        match text.parse::<f64>() {
            Ok(number) => {
                let bits = number.to_bits().cast_signed();
                Self::Number(bits ^ (((bits >> 63).cast_unsigned() >> 1).cast_signed()))
            }
            Err(_) => Self::Text(text.to_lowercase()),
        }
    }
}

fn compare(one: &str, other: &str) -> Ordering {
    match (Sortable::of(one), Sortable::of(other)) {
        (Sortable::Moment(one), Sortable::Moment(other)) => one.cmp(&other),
        (Sortable::Number(one), Sortable::Number(other)) => one.cmp(&other),
        _ => one.to_lowercase().cmp(&other.to_lowercase()),
    }
}

/// By what a listing is ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order(Vec<(Path, bool)>);

impl Order {
    /// Reads `SortOrder`.
    pub(super) fn read(order: Option<&Element>) -> Result<Self, Refusal> {
        let field = |field: &Element| {
            let descending = match field.attribute("Order") {
                Some("Ascending") => false,
                Some("Descending") => true,
                _ => return Err(Refusal::schema("The 'Order' attribute is invalid.")),
            };
            let path = field.children.first().ok_or_else(|| Refusal::schema("A 'FieldOrder' names no property."))?;
            Ok((Path::read(path)?, descending))
        };
        let fields = order.map(|order| order.children.as_slice()).unwrap_or_default();
        fields.iter().map(field).collect::<Result<_, _>>().map(Self)
    }

    /// Whether no order is asked for.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// By what an entry is ordered.
    pub(super) fn key(&self, said: &Said<'_>) -> Vec<Key> {
        self.0
            .iter()
            .map(|(path, descending)| Key { said: said(path).map(|text| Sortable::of(&text)), descending: *descending })
            .collect()
    }
}

/// One of the things by which an entry is ordered; entries without it come first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    said: Option<Sortable>,
    descending: bool,
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let ordering = self.said.cmp(&other.said);
        if self.descending { ordering.reverse() } else { ordering }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_by_what_they_are() {
        use Ordering::{Equal, Greater, Less};
        let cases = [
            ("9", "10", Less),
            ("-2", "-1", Less),
            ("-1", "0.5", Less),
            ("1.0", "1", Equal),
            ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", Equal),
            ("2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", Greater),
            ("ada", "Ada", Equal),
            ("ada", "bo", Less),
            ("10", "9 lives", Less),
            ("", "a", Less),
        ];
        for (one, other, wanted) in cases {
            assert_eq!(compare(one, other), wanted, "{one} and {other}");
            assert_eq!(compare(other, one), wanted.reverse(), "{other} and {one}");
        }
    }

    #[test]
    fn too_many_conditions_are_refused() {
        let exists = Element::named("Exists").child(Element::named("FieldURI").with("FieldURI", "item:Subject"));
        let nested = |depth: usize| (0..depth).fold(exists.clone(), |inner, _| Element::named("Not").child(inner));
        let code = |condition: Element| {
            let restriction = Element::named("Restriction").child(condition);
            Restriction::read(Some(&restriction)).err().map(|refusal| refusal.code)
        };
        let many = |count: usize| Element::named("Or").children(vec![exists.clone(); count]);
        let refused = Some("ErrorRestrictionTooComplex".to_owned());
        assert_eq!((code(nested(DEPTH_MAX)), code(nested(DEPTH_MAX + 1))), (None, refused.clone()));
        assert_eq!((code(many(CONDITIONS_MAX - 1)), code(many(CONDITIONS_MAX))), (None, refused));
    }
}
