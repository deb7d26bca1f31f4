//! Whose records take part.

/// The most owners of one query.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html>
pub const OWNERS_MAX: usize = 50;

/// Whose records take part: those of some CRM users, or everybody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owners(Whose);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Whose {
    Of(Vec<String>),
    Everybody,
}

/// Why some users can't be the owners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OwnersError {
    /// Nobody is no choice: to leave the owner out of a query would read everybody's records.
    #[error("no owner")]
    Nobody,
    /// One query can't ask for so many.
    #[error("more owners than one query takes")]
    TooMany,
}

impl Owners {
    /// One user: what is usual.
    pub fn one(id: &str) -> Self {
        Self(Whose::Of(vec![id.to_owned()]))
    }

    /// Some users, [`OWNERS_MAX`] at most.
    pub fn of(ids: &[String]) -> Result<Self, OwnersError> {
        match ids.len() {
            0 => Err(OwnersError::Nobody),
            1..=OWNERS_MAX => Ok(Self(Whose::Of(ids.to_vec()))),
            _ => Err(OwnersError::TooMany),
        }
    }

    /// Everybody whose records the user may see.
    pub const fn everybody() -> Self {
        Self(Whose::Everybody)
    }

    /// Whether the records of this user take part.
    pub fn include(&self, id: &str) -> bool {
        match &self.0 {
            Whose::Of(ids) => ids.iter().any(|own| own == id),
            Whose::Everybody => true,
        }
    }

    /// Their ids; none where it is everybody.
    pub fn ids(&self) -> &[String] {
        match &self.0 {
            Whose::Of(ids) => ids,
            Whose::Everybody => &[],
        }
    }

    /// The criterion of a query; `None` if there is none.
    pub(crate) fn criterion(&self) -> Option<String> {
        match &self.0 {
            Whose::Everybody => None,
            Whose::Of(ids) => Some(match ids.as_slice() {
                [id] => format!("Owner = {}", quoted(id)),
                ids => format!("Owner in ({})", ids.iter().map(|id| quoted(id)).collect::<Vec<_>>().join(", ")),
            }),
        }
    }
}

/// A string of the query language. All of ours are ids and moments. Reports differ on how the language
/// escapes a quote, so a text that has one, and can't be an id, loses it and stays a text that is refused.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace(['\'', '"', '\\'], ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_or_all_own() {
        let ids = |count: usize| (0..count).map(|id| id.to_string()).collect::<Vec<_>>();
        let two = Owners::of(&ids(2)).expect("two owners");
        assert_eq!(two.criterion().as_deref(), Some("Owner in ('0', '1')"));
        assert_eq!(Owners::of(&ids(1)), Ok(Owners::one("0")));
        assert_eq!(Owners::one("5").criterion().as_deref(), Some("Owner = '5'"));
        assert_eq!(Owners::everybody().criterion(), None);
        assert!(two.include("1") && !two.include("2") && Owners::everybody().include("2"));
        assert!(Owners::of(&ids(OWNERS_MAX)).is_ok());
        assert_eq!(Owners::of(&ids(OWNERS_MAX + 1)), Err(OwnersError::TooMany));
        assert_eq!(Owners::of(&[]), Err(OwnersError::Nobody));
    }
}
