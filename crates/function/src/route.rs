//! A route: where it is, who may call it, what it takes and what it answers. What isn't said of it here it doesn't have,
//! so nothing is served that isn't described.

use crate::App;
use crate::limits::BODY_BYTES_MAX;
use crate::scope::{Scope, gate};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware;
use axum::routing::{MethodFilter, MethodRouter, on};
use mxs_api::ErrorCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Makes the schema of a type.
pub(crate) type Shape = fn(&mut SchemaGenerator) -> Schema;

/// What a body is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content {
    /// JSON of a type.
    Json(Shape),
    /// JSON of a type, with every member that it has.
    Whole(Shape),
    /// Anything of this media type.
    Any(&'static str),
    /// There is none.
    Nothing,
}

/// An answer that is no refusal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// When it is given.
    pub(crate) says: &'static str,
    /// What it holds.
    pub(crate) content: Content,
}

/// A route.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    /// Its method.
    pub(crate) method: Method,
    /// Its address, with its parameters in braces.
    pub(crate) path: &'static str,
    /// Who may call it.
    pub(crate) scope: Scope,
    /// What it is for.
    pub(crate) says: &'static str,
    /// The parameters behind the question mark.
    pub(crate) query: Option<Shape>,
    /// The body that is sent.
    pub(crate) body: Content,
    /// The most bytes of it.
    pub(crate) body_bytes_max: usize,
    /// The answers that are no refusals.
    pub(crate) answers: Vec<Answer>,
    /// Why it refuses, beside what every route of its scope and input does.
    pub(crate) refusals: &'static [ErrorCode],
    handler: MethodRouter<App>,
}

impl Route {
    /// A route for these.
    pub(crate) fn new<T: 'static>(
        scope: Scope,
        (method, path): (Method, &'static str),
        says: &'static str,
        handler: impl Handler<T, App>,
    ) -> Self {
        let filter = match method {
            Method::DELETE => MethodFilter::DELETE,
            Method::POST => MethodFilter::POST,
            Method::PUT => MethodFilter::PUT,
            _ => MethodFilter::GET,
        };
        Self {
            method,
            path,
            scope,
            says,
            query: None,
            body: Content::Nothing,
            body_bytes_max: BODY_BYTES_MAX,
            answers: Vec::new(),
            refusals: &[],
            handler: on(filter, handler),
        }
    }

    /// With parameters behind the question mark.
    pub(crate) fn asks<T: JsonSchema>(self) -> Self {
        Self { query: Some(T::json_schema), ..self }
    }

    /// With a body.
    pub(crate) fn takes<T: JsonSchema>(self) -> Self {
        Self { body: Content::Json(SchemaGenerator::subschema_for::<T>), ..self }
    }

    /// With a body in which no member may be missing.
    pub(crate) fn takes_whole<T: JsonSchema>(self) -> Self {
        Self { body: Content::Whole(SchemaGenerator::subschema_for::<T>), ..self }
    }

    /// With a body, whatever it is.
    pub(crate) fn takes_any(self) -> Self {
        Self { body: Content::Any("*/*"), ..self }
    }

    /// With a body of so many bytes at most.
    pub(crate) fn within(self, body_bytes_max: usize) -> Self {
        Self { body_bytes_max, ..self }
    }

    /// Answers with JSON.
    pub(crate) fn gives<T: JsonSchema>(self, says: &'static str) -> Self {
        self.answers(StatusCode::OK, says, Content::Json(SchemaGenerator::subschema_for::<T>))
    }

    /// Answers with something else.
    pub(crate) fn answers(mut self, status: StatusCode, says: &'static str, content: Content) -> Self {
        self.answers.push(Answer { status, says, content });
        self
    }

    /// Refuses for these reasons too.
    pub(crate) fn refuses(self, refusals: &'static [ErrorCode]) -> Self {
        Self { refusals, ..self }
    }

    /// Puts it among the others, behind its gate.
    pub(crate) fn served(self, app: &App, router: Router<App>) -> Router<App> {
        let gate = middleware::from_fn_with_state((app.clone(), self.scope, self.path), gate);
        let limit = DefaultBodyLimit::max(self.body_bytes_max);
        router.route(self.path, self.handler.layer(limit).route_layer(gate))
    }
}
