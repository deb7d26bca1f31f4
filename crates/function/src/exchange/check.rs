//! Whether an account works, step by step.

use super::Reach;
use super::open::{Tried, open};
use super::trouble::Wrong;
use crate::keys::NoToken;
use crate::refusal::Refusal;
use mxs_api::{ExchangeCheck, ExchangeChecked, ExchangeTested, ExchangeTrouble};

/// Tries an account: with the mailbox that it acts for, or with its own. `agreed` are hosts that the person agreed to have
/// asked. What is found of the server is stored with the account.
pub(crate) async fn check(
    mut reach: Reach,
    acts_for: Option<&str>,
    agreed: &[String],
) -> Result<ExchangeTested, Refusal> {
    let tried = match open(&mut reach, acts_for, agreed, true).await {
        Ok(tried) => tried,
        Err(NoToken::Broken(refusal)) => return Err(refusal),
        // The organisation's application isn't let in, or Microsoft doesn't answer.
        Err(NoToken::Refused) => Tried::Wrong((ExchangeCheck::SignIn, ExchangeTrouble::WrongPassword)),
        Err(NoToken::Unavailable { .. }) => Tried::Wrong((ExchangeCheck::SignIn, ExchangeTrouble::Busy)),
    };
    let (wrong, confirm) = match tried {
        Tried::Open(_) => (None, None),
        Tried::Wrong(wrong) => (Some(wrong), None),
        Tried::Ask(host) => (Some((ExchangeCheck::Server, ExchangeTrouble::AskFirst)), Some(host)),
    };
    Ok(ExchangeTested { checks: listed(wrong, acts_for.is_some()), confirm, account: reach.account })
}

/// What was looked at, up to what is wrong.
fn listed(wrong: Option<Wrong>, acts_for_others: bool) -> Vec<ExchangeChecked> {
    use ExchangeCheck::*;
    let all = [Server, Certificate, SignIn, Version, ActsFor, Mailbox];
    let looked_at = all.into_iter().filter(|check| {
        let is_asked = *check != ActsFor || acts_for_others || wrong.is_some_and(|(wrong, _)| wrong == ActsFor);
        is_asked && wrong.is_none_or(|(wrong, _)| *check <= wrong)
    });
    let code = |check| wrong.filter(|(wrong, _)| *wrong == check).map(|(_, code)| code);
    looked_at.map(|check| ExchangeChecked { check, code: code(check) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ExchangeCheck::*;

    #[test]
    fn what_follows_on_what_is_wrong_was_not_looked_at() {
        let shown = |wrong, acts_for_others| {
            let listed = listed(wrong, acts_for_others).into_iter();
            listed.map(|checked| (checked.check, checked.code.is_none())).collect::<Vec<_>>()
        };
        let well = |checks: &[ExchangeCheck]| checks.iter().map(|check| (*check, true)).collect::<Vec<_>>();
        assert_eq!(shown(None, false), well(&[Server, Certificate, SignIn, Version, Mailbox]));
        assert_eq!(shown(None, true), well(&[Server, Certificate, SignIn, Version, ActsFor, Mailbox]));
        let wrong = Some((SignIn, ExchangeTrouble::WrongPassword));
        assert_eq!(shown(wrong, true), [(Server, true), (Certificate, true), (SignIn, false)]);
        let wrong = Some((Server, ExchangeTrouble::NotFound));
        assert_eq!(shown(wrong, true), [(Server, false)]);
    }
}
