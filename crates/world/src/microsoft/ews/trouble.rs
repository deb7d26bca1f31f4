//! Troubles that a tester orders: a server that is too busy, or that refuses whatever is asked.

use super::refusal::Refusal;
use mxs_http::Response;
use std::collections::VecDeque;

/// How a server says that it is too busy. All three are met.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EwsTrouble {
    /// A fault, with how many milliseconds to wait.
    Busy {
        /// `BackOffMilliseconds`.
        back_off_ms: Option<u32>,
    },
    /// An answer that refuses everything with an internal error, inside of which it says that it is busy.
    BusyInside {
        /// `BackOffMilliseconds`.
        back_off_ms: Option<u32>,
    },
    /// Status 503 of Internet Information Services, whose queue is full.
    QueueFull {
        /// `Retry-After`, whatever it says.
        retry_after: Option<String>,
    },
    /// A fault of this code.
    Fault {
        /// A word of the schema's `ResponseCodeType`, such as `ErrorMailboxMoveInProgress`.
        code: String,
    },
}

/// The troubles of a mailbox, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ordered(VecDeque<(u32, EwsTrouble)>);

impl Ordered {
    /// Lets the next `times` requests fail, behind those that were ordered before.
    pub(crate) fn order(&mut self, times: u32, trouble: EwsTrouble) {
        if times > 0 {
            self.0.push_back((times, trouble));
        }
    }

    /// The trouble of this request.
    pub(super) fn strike(&mut self) -> Option<EwsTrouble> {
        let (times, trouble) = self.0.front_mut()?;
        *times -= 1;
        let (is_over, struck) = (*times == 0, trouble.clone());
        if is_over {
            self.0.pop_front();
        }
        Some(struck)
    }
}

/// What a trouble makes of an answer.
pub(super) enum Struck {
    /// The whole request is refused.
    Fault(Refusal),
    /// Each thing that was asked for is refused.
    Each(Refusal),
    /// It isn't the service that answers.
    Response(Response),
}

fn busy(code: &str, text: &str, back_off_ms: Option<u32>) -> Refusal {
    let refusal = Refusal::new(code, text);
    match back_off_ms {
        Some(milliseconds) => refusal.value("BackOffMilliseconds", milliseconds),
        None => refusal,
    }
}

impl EwsTrouble {
    pub(super) fn strike(self) -> Struck {
        let busy_text = "The server cannot service this request right now. Try again later.";
        match self {
            Self::Busy { back_off_ms } => Struck::Fault(busy("ErrorServerBusy", busy_text, back_off_ms)),
            Self::BusyInside { back_off_ms } => {
                let refusal = Refusal::new(
                    "ErrorInternalServerError",
                    "An internal server error occurred. The operation failed.",
                )
                .value("InnerErrorMessageText", busy_text)
                .value("InnerErrorResponseCode", "ErrorServerBusy");
                Struck::Each(match back_off_ms {
                    Some(milliseconds) => refusal.value("BackOffMilliseconds", milliseconds),
                    None => refusal,
                })
            }
            Self::QueueFull { retry_after } => {
                let response = Response::new(503).body("text/html", "<html><body>Service Unavailable</body></html>");
                Struck::Response(match retry_after {
                    Some(seconds) => response.header("Retry-After", seconds),
                    None => response,
                })
            }
            Self::Fault { code } => Struck::Fault(Refusal::new(&code, "The request was refused.")),
        }
    }
}
