//! Who comes, in the way that the server takes.

use super::connection::Connection;
use super::{Parts, Unanswered};
use crate::account::{basic, in_domain};
use crate::ntlm::{self, Challenge, Proving};
use crate::schemes::Scheme;
use crate::{Account, Failure};
use mxs_http::{Headers, Request, Response};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use std::time::SystemTime;

/// The status of an answer to who isn't let in.
const UNAUTHORIZED: u16 = 401;

/// The largest body of an answer that only asks who comes: a page for people.
const ASKING_MAX: usize = 256 * 1024;

impl Parts {
    /// Sends a request on a connection, as the account.
    pub(super) async fn signed_in(
        &self,
        connection: &mut Connection,
        scheme: &mut Option<Scheme>,
        request: &Request,
        url: &Url,
    ) -> Result<Response, Unanswered> {
        let Some(account) = &self.account else { return self.plainly(connection, request, url, None).await };
        if scheme.is_none() {
            // Which ways there are is asked without a body: it is nobody's before somebody is let in.
            let asked = self.ask(connection, request, url, None).await?;
            if asked.status != UNAUTHORIZED {
                return self.plainly(connection, request, url, None).await;
            }
            let chosen = Scheme::chosen(&asked, account);
            *scheme = Some(chosen.ok_or(Failure::NoCommonScheme)?);
        }
        match (scheme.as_ref().copied(), account) {
            (Some(scheme @ (Scheme::Ntlm | Scheme::Negotiate)), Account::Password { user, domain, password }) => {
                let who = (in_domain(user, domain.as_deref()), password);
                self.by_ntlm(connection, scheme, who, request, url).await
            }
            (_, Account::Password { user, domain, password }) => {
                let authorization = basic(user, domain.as_deref(), password);
                self.plainly(connection, request, url, Some(&authorization)).await
            }
            (_, Account::Token(token)) => {
                let authorization = SecretString::from(format!("Bearer {}", token.expose_secret()));
                self.plainly(connection, request, url, Some(&authorization)).await
            }
        }
    }

    /// A connection that was signed in needs nothing more. One that the server asks anew on is signed in once more: some
    /// sign in single requests (`authPersistSingleRequest`).
    async fn by_ntlm(
        &self,
        connection: &mut Connection,
        scheme: Scheme,
        ((user, domain), password): ((&str, &str), &SecretString),
        request: &Request,
        url: &Url,
    ) -> Result<Response, Unanswered> {
        if connection.is_signed_in {
            let response = self.plainly(connection, request, url, None).await?;
            if response.status != UNAUTHORIZED {
                return Ok(response);
            }
            connection.is_signed_in = false;
        }
        if !connection.is_open() {
            return Err(Unanswered::Closed);
        }
        let begun = self.ask(connection, request, url, Some(&field(scheme, &ntlm::begin()))).await?;
        let challenge = (begun.status == UNAUTHORIZED).then(|| scheme.told(&begun)).flatten();
        let Some(challenge) = challenge.and_then(ntlm::from_base64).and_then(|message| Challenge::parse(&message))
        else {
            // It has no challenge for us: who is refused now is refused.
            return Ok(begun);
        };
        // The answer counts on this connection only.
        if !connection.is_open() {
            return Err(Failure::NotKept.into());
        }
        let mut nonce = [0; 8];
        getrandom::fill(&mut nonce).map_err(|_| Failure::NotSent)?;
        let service = format!("HTTP/{}", url.host_str().unwrap_or_default());
        let answer = challenge.answer(&Proving {
            user,
            domain,
            password: password.expose_secret(),
            service: &service,
            binding: connection.binding,
            nonce,
            now: SystemTime::now(),
        });
        let response = match self.plainly(connection, request, url, Some(&field(scheme, &answer))).await {
            // Begun anew it would end in the same way.
            Err(Unanswered::Closed) => return Err(Failure::NotKept.into()),
            answered => answered?,
        };
        connection.is_signed_in = response.status != UNAUTHORIZED;
        Ok(response)
    }

    async fn plainly(
        &self,
        connection: &mut Connection,
        request: &Request,
        url: &Url,
        authorization: Option<&SecretString>,
    ) -> Result<Response, Unanswered> {
        connection.exchange(request, url, authorization, (&self.way.limits, self.body_max)).await
    }

    /// The same request without what it is about.
    async fn ask(
        &self,
        connection: &mut Connection,
        request: &Request,
        url: &Url,
        authorization: Option<&SecretString>,
    ) -> Result<Response, Unanswered> {
        let empty = Request { headers: Headers::default(), body: Vec::new(), ..request.clone() };
        connection.exchange(&empty, url, authorization, (&self.way.limits, ASKING_MAX)).await
    }
}

fn field(scheme: Scheme, message: &[u8]) -> SecretString {
    format!("{} {}", scheme.word(), ntlm::base64(message)).into()
}
