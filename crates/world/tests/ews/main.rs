//! The stand-in's door of Exchange Server, as its clients see it.

mod autodiscover;
mod availability;
mod calendar;
mod contract;
mod notifications;
mod people;
mod robust;
mod support;
mod zones;
