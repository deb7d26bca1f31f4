//! What the crate promises, as tables of commented cases, and against others' word.

mod corpus;
mod dates;
mod elsewhere;
mod graph;
mod malformed;
mod oracle;
mod random;
mod rfc5545;
mod series;
mod text;
mod windows;
mod zoho;
mod zones;
