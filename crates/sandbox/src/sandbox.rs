//! What the five ports share: the world, its clock, the function, and what is installed in the CRM.

use crate::clock::Clock;
use crate::crm::{Installation, Member};
use crate::function::Function;
use crate::import;
use crate::in_flight::InFlight;
use crate::options::Options;
use crate::part::{Part, Ports};
use crate::seed::{self, PEOPLE, SeedName, zoho};
use axum::Router;
use jiff::{SignedDuration, Timestamp};
use mxs_world::{Service, World};
use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whatever keeps the sandbox from starting.
pub type StartError = Box<dyn Error + Send + Sync>;

/// The sandbox. Clones share everything.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    options: Options,
    ports: Ports,
    clock: Arc<Clock>,
    in_flight: InFlight,
    latency_ms: AtomicU64,
    executions: AtomicU64,
    state: Mutex<State>,
    function: Mutex<Function>,
    /// One reset at a time.
    resetting: tokio::sync::Mutex<()>,
}

/// What a reset replaces.
struct State {
    world: World,
    directory: zoho::Directory,
    installation: Installation,
    /// By user id: the access token with which the CRM's pages act for a user, and when to get another.
    crm_tokens: HashMap<String, (String, Timestamp)>,
}

/// Shorter than the hour that a token lasts.
const TOKEN_KEPT: SignedDuration = SignedDuration::from_mins(50);

impl Sandbox {
    /// A sandbox with a fresh world. The strings tell what was imported and what could not be.
    pub async fn new(options: Options, ports: Ports) -> Result<(Self, Vec<String>), StartError> {
        let clock = Arc::new(Clock::default());
        let (state, lines) = fresh(&options, ports, clock.now(), None)?;
        let function = Function::start(&options.data, ports, zoho::ZGID, clock.clone(), None).await?;
        let inner = Inner {
            ports,
            clock,
            in_flight: InFlight::default(),
            latency_ms: AtomicU64::new(options.latency_ms),
            executions: AtomicU64::default(),
            state: Mutex::new(state),
            function: Mutex::new(function),
            resetting: tokio::sync::Mutex::default(),
            options,
        };
        Ok((Self(Arc::new(inner)), lines))
    }

    /// Begins anew: world, clock, installation, and what the function stored. Without a seed, with what the
    /// sandbox was started with.
    pub async fn reset(&self, seed: Option<SeedName>) -> Result<Vec<String>, StartError> {
        let _guard = self.0.resetting.lock().await;
        let (old, options, ports) = (self.function(), &self.0.options, self.0.ports);
        // Whatever may fail comes first: a reset that fails leaves everything as it was.
        let (state, lines) = fresh(options, ports, Timestamp::now(), seed)?;
        let clock = self.0.clock.clone();
        let function = Function::start(&options.data, ports, zoho::ZGID, clock, Some(&old)).await?;
        self.0.clock.reset();
        self.set_latency_ms(options.latency_ms);
        *self.state() = state;
        *self.0.function.lock().unwrap_or_else(PoisonError::into_inner) = function;
        old.stop().await;
        Ok(lines)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A handler that panicked leaves a world that is odd at worst; a reset helps.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `act` on the world, at the present moment.
    pub fn world<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let mut state = self.state();
        state.world.set_now(self.0.clock.now());
        act(&mut state.world)
    }

    /// Runs `act` on what is installed.
    pub fn installation<T>(&self, act: impl FnOnce(&mut Installation) -> T) -> T {
        act(&mut self.state().installation)
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Where each part listens.
    pub fn ports(&self) -> Ports {
        self.0.ports
    }

    /// What the sandbox was started with.
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// The origin of a vendor.
    pub fn vendor_origin(&self, service: Service) -> String {
        self.0.ports.origin(match service {
            Service::Microsoft => Part::Microsoft,
            Service::Zoho => Part::Zoho,
        })
    }

    /// Who counts the requests that are being answered.
    pub fn in_flight(&self) -> &InFlight {
        &self.0.in_flight
    }

    /// Milliseconds added to every vendor's answer.
    pub fn latency_ms(&self) -> u64 {
        self.0.latency_ms.load(Ordering::Relaxed)
    }

    /// Changes them.
    pub fn set_latency_ms(&self, milliseconds: u64) {
        self.0.latency_ms.store(milliseconds, Ordering::Relaxed);
    }

    /// The function's routes.
    pub fn function_router(&self) -> Router {
        self.function().router
    }

    fn function(&self) -> Function {
        self.0.function.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The CRM organisation's id.
    pub fn zgid(&self) -> &'static str {
        zoho::ZGID
    }

    /// The CRM's users.
    pub fn members(&self) -> Vec<Member> {
        self.state().directory.members.clone()
    }

    /// One of them.
    pub fn member(&self, id: &str) -> Option<Member> {
        self.state().directory.members.iter().find(|member| member.id == id).cloned()
    }

    /// Id and name of each profile.
    pub fn profiles(&self) -> Vec<(String, &'static str)> {
        self.state().directory.profiles.clone()
    }

    /// A refresh token of the first administrator.
    pub fn refresh_token(&self) -> String {
        self.state().directory.refresh_token.clone()
    }

    /// The number of the next run of a CRM function.
    pub fn next_execution(&self) -> String {
        (1 + self.0.executions.fetch_add(1, Ordering::Relaxed)).to_string()
    }

    /// A token with which the CRM's pages act for `user`; none when there is no such user.
    pub fn crm_token(&self, user: &str) -> Option<String> {
        let mut state = self.state();
        let now = self.0.clock.now();
        state.world.set_now(now);
        let State { world, crm_tokens, .. } = &mut *state;
        if let Some((token, until)) = crm_tokens.get(user)
            && now < *until
        {
            return Some(token.clone());
        }
        let id = user.parse().ok()?;
        let token = world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, id, &zoho::SCOPES));
        crm_tokens.insert(user.to_owned(), (token.clone(), now + TOKEN_KEPT));
        Some(token)
    }

    /// Forgets the tokens of the CRM's pages, which were taken back.
    pub fn forget_crm_tokens(&self) {
        self.state().crm_tokens.clear();
    }
}

/// A fresh world; with `seed`, that and nothing else, else what `options` say.
fn fresh(
    options: &Options,
    ports: Ports,
    now: Timestamp,
    seed: Option<SeedName>,
) -> Result<(State, Vec<String>), StartError> {
    let (mut world, directory, mut lines) = seed::world(now, ports, seed.unwrap_or(options.seed));
    if seed.is_none() {
        let mailbox = options.mailbox.as_deref().unwrap_or(PEOPLE[0].email);
        if !options.import.is_empty() && world.microsoft.mailbox(mailbox).is_none() {
            return Err(format!("there is no mailbox {mailbox}").into());
        }
        for folder in &options.import {
            let imported =
                import::folder(folder).map_err(|error| format!("can't read {}: {error}", folder.display()))?;
            lines.extend(imported.lines);
            let before = imported.contacts.len();
            let refused: Vec<String> = imported
                .contacts
                .iter()
                .filter_map(|contact| seed::add_to_mailbox(&mut world, mailbox, contact))
                .collect();
            lines.push(format!("{} of {before} contacts are in the mailbox {mailbox}", before - refused.len()));
            lines.extend(refused);
        }
    }
    Ok((State { world, directory, installation: Installation::default(), crm_tokens: HashMap::new() }, lines))
}
