//! The kit: small pieces that know nothing of syncing. Their looks are in `www/style.css`.

mod banner;
mod button;
mod card;
mod dialog;
mod icon;
mod progress;
mod radio;
mod switch;

pub(crate) use banner::{Banner, TroubleBanner};
pub(crate) use button::{Button, Kind};
pub(crate) use card::Card;
pub(crate) use dialog::Dialog;
pub(crate) use icon::{Badge, Icon, Mood};
pub(crate) use progress::ProgressBar;
pub(crate) use radio::{Choice, RadioGroup};
pub(crate) use switch::Switch;
