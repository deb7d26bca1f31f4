//! The kit: small pieces that know nothing of syncing. Their looks are in `www/style.css`.
//!
//! Most are functions, not components: a component costs about 1.5 KB of code, and these have nothing to
//! remember.

mod banner;
mod button;
mod card;
mod dialog;
mod icon;
mod progress;
mod radio;
mod switch;

pub(crate) use banner::{banner, trouble_banner};
pub(crate) use button::{Button, Kind};
pub(crate) use card::card;
pub(crate) use dialog::Dialog;
pub(crate) use icon::{Mood, badge, icon};
pub(crate) use progress::progress_bar;
pub(crate) use radio::{Choice, RadioGroup};
pub(crate) use switch::switch;

use yew::Html;

/// A part of the page that is not always there.
///
/// `html!` gives an `Option` no place when it is `None`; the parts before it then move by one, and Yew makes
/// them anew, which takes the focus from whoever is in one of them. An empty part keeps the place.
pub(crate) fn maybe(part: Option<Html>) -> Html {
    part.unwrap_or_default()
}
