//! Every route.

use super::{audit, consent, exchange, history, lease, notifications, organisation, session, settings, users, watch};
use crate::filters::{RawAlertQuery, RawAuditQuery, RawUserQuery};
use crate::input::{HistoryQuery, LeaseQuery, RawPageQuery, UndoQuery};
use crate::limits::{AUTHORITIES_BYTES_MAX, NOTIFICATION_BYTES_MAX};
use crate::route::{Content, Route};
use crate::scope::Scope;
use axum::http::{Method, StatusCode};
use mxs_api::{
    APPLICATION_BYTES_MAX, Access, AlertPage, Application, AuditPage, COMMIT_BYTES_MAX, Challenge, Commit,
    ConflictPage, Consent, ConsentAnswer, ConsentRequest, Consented, Done, ErrorCode, ExchangeAccount,
    ExchangeAuthorities, ExchangeTest, ExchangeTested, Finish, Health, JournalPage, LINKS_OF_BYTES_MAX, Lease, Links,
    LinksOf, MEETINGS_OF_BYTES_MAX, MailPage, Mailbox, Meetings, MeetingsOf, NewPassword, Organisation, Overview,
    Renewed, Run, RunEntries, RunPage, SETTINGS_BYTES_MAX, Session, SessionRequest, Settings, StatePage, Switch,
    SwitchUsers, SyncAsked, Uninstall, UserPage,
};

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const DELETE: Method = Method::DELETE;

/// What a run may meet at each step: its lease has ended.
const UNDER_A_LEASE: &[ErrorCode] = &[ErrorCode::LeaseLost];

/// All that the function serves.
pub(crate) fn table() -> Vec<Route> {
    [strangers(), people(), servers(), runs(), past(), administrators(), vendors()].concat()
}

fn strangers() -> Vec<Route> {
    vec![
        // Whoever watches over the function must not be held up by a flood, and take it for dead.
        Route::new(Scope::Watcher, (GET, "/v1/health"), "Says whether the function can work.", watch::health)
            .gives::<Health>("It can."),
        Route::new(Scope::Stranger, (GET, "/v1/openapi.json"), "Describes every route.", watch::openapi).answers(
            StatusCode::OK,
            "This document.",
            Content::Any("application/json"),
        ),
        Route::new(
            Scope::Stranger,
            (POST, "/v1/challenges"),
            "Asks for a nonce that the CRM signs.",
            session::challenge,
        )
        .gives::<Challenge>("The nonce."),
        Route::new(Scope::Statement, (POST, "/v1/sessions"), "Opens a session.", session::open)
            .takes::<SessionRequest>()
            .gives::<Session>("It is open.")
            .refuses(&[ErrorCode::BadStatement]),
        Route::new(
            Scope::StatementOrAdmin,
            (POST, "/v1/uninstall"),
            "Takes the extension away from an organisation: the sync stops, and nothing is kept that opens a door.",
            organisation::uninstall,
        )
        .takes::<Uninstall>()
        .gives::<Done>("It is gone.")
        .refuses(&[ErrorCode::BadStatement]),
    ]
}

fn people() -> Vec<Route> {
    let user = Scope::User;
    vec![
        Route::new(user, (GET, "/v1/overview"), "What a tab shows first.", settings::overview)
            .gives::<Overview>("How things stand."),
        Route::new(user, (PUT, "/v1/settings"), "Chooses what is synced, and how.", settings::put_settings)
            .takes_whole::<Settings>()
            .within(SETTINGS_BYTES_MAX)
            .gives::<Settings>("What is chosen now.")
            .refuses(&[ErrorCode::ChosenForAll, ErrorCode::NoKeys, ErrorCode::VendorAway]),
        Route::new(user, (PUT, "/v1/mailbox"), "Connects a mailbox.", settings::put_mailbox)
            .takes::<Mailbox>()
            .gives::<Mailbox>("The mailbox that is connected now.")
            .refuses(&[ErrorCode::LeaseHeld, ErrorCode::MailboxTaken]),
        Route::new(user, (DELETE, "/v1/mailbox"), "Connects no mailbox any more.", settings::delete_mailbox)
            .gives::<Overview>("How things stand now.")
            .refuses(&[ErrorCode::LeaseHeld]),
        Route::new(user, (GET, "/v1/access"), "What the function may do by itself.", consent::access)
            .gives::<Access>("It may do that."),
        Route::new(
            user,
            (DELETE, "/v1/access/mailbox"),
            "Takes back what lets the function into the person's own mailbox.",
            consent::revoke_mailbox,
        )
        .gives::<Access>("What it may do now."),
        Route::new(
            user,
            (POST, "/v1/consents"),
            "Begins a consent, by which the function may act when no tab is open.",
            consent::begin,
        )
        .takes::<ConsentRequest>()
        .gives::<Consent>("Where to send the person.")
        .refuses(&[ErrorCode::NoKeys]),
        Route::new(
            user,
            (POST, "/v1/consents/finish"),
            "Ends a consent, with what the browser came back with.",
            consent::finish,
        )
        .takes::<ConsentAnswer>()
        .gives::<Consented>("The function may act now.")
        .refuses(&[
            ErrorCode::LeaseHeld,
            ErrorCode::MailboxTaken,
            ErrorCode::NoConsent,
            ErrorCode::NoKeys,
            ErrorCode::NotAllowed,
            ErrorCode::VendorAway,
            ErrorCode::WrongPerson,
        ]),
        Route::new(
            user,
            (GET, "/v1/alerts"),
            "What is wrong with the own mailbox and with the organisation; for administrators, with any mailbox.",
            audit::alerts,
        )
        .asks::<RawAlertQuery>()
        .gives::<AlertPage>("Those that are open first, then the newest first."),
    ]
}

/// Accounts on Exchange Servers: a person's own, and the organisation's.
fn servers() -> Vec<Route> {
    let of = |scope, path, password, test| {
        let missing: &[ErrorCode] = &[ErrorCode::NotFound];
        [
            Route::new(scope, (GET, path), "The account on an Exchange Server, without its password.", exchange::get)
                .gives::<ExchangeAccount>("That is stored.")
                .refuses(missing),
            Route::new(scope, (PUT, path), "Names an account on an Exchange Server.", exchange::put)
                .takes::<ExchangeAccount>()
                .gives::<ExchangeAccount>("What is stored now, without its password.")
                .refuses(&[ErrorCode::ChosenOnce, ErrorCode::NoKeys, ErrorCode::NotFound]),
            Route::new(scope, (DELETE, path), "Forgets the account on an Exchange Server.", exchange::delete)
                .gives::<Done>("It is forgotten.")
                .refuses(missing),
            Route::new(scope, (PUT, password), "Another password of the same account.", exchange::put_password)
                .takes::<NewPassword>()
                .gives::<Done>("Everything else is as it was.")
                .refuses(&[ErrorCode::NoKeys, ErrorCode::NotFound]),
            Route::new(
                scope,
                (POST, test),
                "Tries the account: finds the server, signs in, opens the mailbox. No password is tried twice.",
                exchange::test,
            )
            .takes::<ExchangeTest>()
            .gives::<ExchangeTested>("What works, and what doesn't.")
            .refuses(&[ErrorCode::NoKeys, ErrorCode::NotFound]),
        ]
    };
    let [mailbox, organisation] = ["/v1/exchange/mailbox", "/v1/exchange/organisation"];
    let authorities = "/v1/exchange/authorities";
    let trusted = vec![
        Route::new(
            Scope::Admin,
            (GET, authorities),
            "The authorities that are trusted for the organisation's Exchange Servers, beyond the public ones.",
            exchange::authorities,
        )
        .gives::<ExchangeAuthorities>("Their certificates."),
        Route::new(Scope::Admin, (PUT, authorities), "Trusts these, and no others.", exchange::put_authorities)
            .takes::<ExchangeAuthorities>()
            .within(AUTHORITIES_BYTES_MAX)
            .gives::<ExchangeAuthorities>("Those that are trusted now."),
    ];
    [
        of(Scope::User, mailbox, "/v1/exchange/mailbox/password", "/v1/exchange/mailbox/test").to_vec(),
        of(Scope::Admin, organisation, "/v1/exchange/organisation/password", "/v1/exchange/organisation/test").to_vec(),
        trusted,
    ]
    .concat()
}

fn runs() -> Vec<Route> {
    let user = Scope::User;
    vec![
        Route::new(
            user,
            (POST, "/v1/lease"),
            "Asks for the right to sync the mailbox, or to take a run back.",
            lease::open,
        )
        .asks::<LeaseQuery>()
        .gives::<Lease>("The right to it, for a while.")
        .refuses(&[ErrorCode::LeaseHeld, ErrorCode::NotFound, ErrorCode::SwitchedOff, ErrorCode::Uninstalled]),
        Route::new(
            user,
            (POST, "/v1/sync"),
            "Has the function sync the mailbox at once, by itself: the way for one that the tab can't reach.",
            lease::sync,
        )
        .gives::<SyncAsked>("It is due.")
        .refuses(&[ErrorCode::NoKeys, ErrorCode::NotFound, ErrorCode::SwitchedOff]),
        Route::new(user, (GET, "/v1/lease/{fence}/state"), "What is remembered of one kind of records.", lease::state)
            .asks::<RawPageQuery>()
            .gives::<StatePage>("A part of it.")
            .refuses(UNDER_A_LEASE),
        Route::new(user, (GET, "/v1/lease/{fence}/mails"), "What is remembered of mails.", lease::mails)
            .asks::<HistoryQuery>()
            .gives::<MailPage>("A part of it.")
            .refuses(UNDER_A_LEASE),
        Route::new(
            user,
            (GET, "/v1/lease/{fence}/journal"),
            "What a run did with one kind of records, and what later runs took back of it.",
            lease::journal,
        )
        .asks::<UndoQuery>()
        .gives::<RunEntries>("A part of it.")
        .refuses(UNDER_A_LEASE),
        Route::new(user, (POST, "/v1/lease/{fence}/links"), "Asks for the links of records.", lease::links)
            .takes::<LinksOf>()
            .within(LINKS_OF_BYTES_MAX)
            .gives::<Links>("Those of the first of them.")
            .refuses(UNDER_A_LEASE),
        Route::new(user, (POST, "/v1/lease/{fence}/meetings"), "Asks whose meetings are.", lease::meetings)
            .takes::<MeetingsOf>()
            .within(MEETINGS_OF_BYTES_MAX)
            .gives::<Meetings>("Whose they are.")
            .refuses(&[ErrorCode::LeaseLost, ErrorCode::StateFull]),
        Route::new(
            user,
            (POST, "/v1/lease/{fence}/commits"),
            "Stores changes, all or none, and renews the lease. It may be sent again when its answer was lost.",
            lease::commit,
        )
        .takes::<Commit>()
        .within(COMMIT_BYTES_MAX)
        .gives::<Renewed>("They are stored.")
        .refuses(&[ErrorCode::LeaseLost, ErrorCode::StateFull]),
        Route::new(
            user,
            (POST, "/v1/lease/{fence}/finish"),
            "Ends the run and gives the lease back. It may be sent again when its answer was lost.",
            lease::finish,
        )
        .takes::<Finish>()
        .gives::<Run>("The run, as recorded.")
        .refuses(UNDER_A_LEASE),
    ]
}

fn past() -> Vec<Route> {
    let user = Scope::User;
    let no_mailbox = &[ErrorCode::NotFound];
    vec![
        Route::new(user, (GET, "/v1/runs"), "The runs that ended.", history::runs)
            .asks::<HistoryQuery>()
            .gives::<RunPage>("The newest first.")
            .refuses(no_mailbox),
        Route::new(user, (GET, "/v1/runs/{run}/journal"), "What a run did.", history::of_run)
            .asks::<HistoryQuery>()
            .gives::<JournalPage>("In the order in which it was done.")
            .refuses(no_mailbox),
        Route::new(
            user,
            (GET, "/v1/records/{side}/{record}/journal"),
            "What was done with a record.",
            history::of_record,
        )
        .asks::<HistoryQuery>()
        .gives::<JournalPage>("The newest first.")
        .refuses(no_mailbox),
        Route::new(user, (GET, "/v1/conflicts"), "What was overwritten, since the other side won.", history::conflicts)
            .asks::<HistoryQuery>()
            .gives::<ConflictPage>("The newest first.")
            .refuses(no_mailbox),
    ]
}

fn administrators() -> Vec<Route> {
    let admin = Scope::Admin;
    vec![
        Route::new(
            admin,
            (DELETE, "/v1/access/crm"),
            "Takes back what lets the function into the organisation's CRM.",
            consent::revoke_crm,
        )
        .gives::<Access>("What it may do now."),
        Route::new(
            admin,
            (PUT, "/v1/application"),
            "Names the organisation's application at Microsoft, by which the function opens all its mailboxes.",
            consent::put_application,
        )
        .takes::<Application>()
        .within(APPLICATION_BYTES_MAX)
        .gives::<Access>("What the function may do now.")
        .refuses(&[ErrorCode::NoConsent]),
        Route::new(
            admin,
            (DELETE, "/v1/application"),
            "Forgets the organisation's application.",
            consent::delete_application,
        )
        .gives::<Access>("What the function may do now."),
        Route::new(admin, (GET, "/v1/audit"), "Who did what, when, to whom, and what came of it.", audit::page)
            .asks::<RawAuditQuery>()
            .gives::<AuditPage>("The newest first."),
        Route::new(admin, (GET, "/v1/audit.csv"), "The same as a table (RFC 4180, UTF-8).", audit::table)
            .asks::<RawAuditQuery>()
            .answers(StatusCode::OK, "The newest first.", Content::Any("text/csv; charset=utf-8")),
        Route::new(admin, (GET, "/v1/users"), "The CRM's active users.", users::list)
            .asks::<RawUserQuery>()
            .gives::<UserPage>("In the CRM's order.")
            .refuses(&[ErrorCode::NoConsent]),
        Route::new(admin, (PUT, "/v1/users/switch"), "Switches the sync of several users.", users::switch_all)
            .takes::<SwitchUsers>()
            .gives::<Done>("All are switched.")
            .refuses(&[ErrorCode::NoConsent, ErrorCode::UserInactive]),
        Route::new(admin, (PUT, "/v1/users/{user}/switch"), "Switches the sync of a user.", users::switch)
            .takes::<Switch>()
            .gives::<Done>("It is switched.")
            .refuses(&[ErrorCode::NoConsent, ErrorCode::UserInactive]),
        Route::new(admin, (POST, "/v1/users/{user}/retry"), "Syncs a user's mailbox at once.", users::retry)
            .gives::<Done>("It is due.")
            .refuses(&[ErrorCode::NotFound]),
        Route::new(admin, (GET, "/v1/organisation"), "What holds for everybody.", organisation::get)
            .gives::<Organisation>("That holds."),
        Route::new(admin, (PUT, "/v1/organisation"), "Decides what holds for everybody.", organisation::put)
            .takes_whole::<Organisation>()
            .within(SETTINGS_BYTES_MAX)
            .gives::<Organisation>("What holds now.")
            .refuses(&[ErrorCode::ChosenOnce]),
    ]
}

fn vendors() -> Vec<Route> {
    let microsoft = |path, says| {
        Route::new(Scope::Vendor, (POST, path), says, notifications::microsoft)
            .asks::<notifications::Validation>()
            .takes_any()
            .within(NOTIFICATION_BYTES_MAX)
            .answers(StatusCode::OK, "The token of a validation.", Content::Any("text/plain"))
            .answers(StatusCode::ACCEPTED, "Whatever was sent.", Content::Nothing)
            .answers(StatusCode::BAD_REQUEST, "The token of a validation can't be one.", Content::Nothing)
    };
    vec![
        microsoft("/v1/notifications/microsoft/{address}", "Microsoft tells that something changed."),
        microsoft("/v1/notifications/microsoft/{address}/lifecycle", "Microsoft tells what became of a subscription."),
        Route::new(
            Scope::Vendor,
            (POST, "/v1/notifications/crm/{address}"),
            "Zoho CRM tells that something changed.",
            notifications::crm,
        )
        .takes_any()
        .within(NOTIFICATION_BYTES_MAX)
        .answers(StatusCode::OK, "Whatever was sent.", Content::Nothing),
    ]
}
