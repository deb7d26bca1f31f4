//! What a server does, against the stand-in of Microsoft: proving which application it is, and being told of changes.

mod credentials;
mod stage;
mod told;
