//! The fate of records that are linked.

use super::{Deletion, Pair, Planner};
use crate::{
    Base, Conflict, Deletes, Fields, Link, Observation, Patch, Policy, Reason, RecordId, Scope, Seen, Side,
    StateChange, Unlinked, merge,
};

/// What is known of one half of a link.
enum Half<'a> {
    /// It was deleted.
    Gone,
    /// It is there, with these contents; and as it was seen just now, if it was.
    Here(&'a Fields, Option<&'a Seen>),
    /// It is out of the sync's reach.
    Left,
}

impl<'a> Half<'a> {
    /// Why an item that is there has nothing to do with the sync.
    fn kept_out(&self, policy: &Policy) -> Option<Reason> {
        match self {
            Half::Here(fields, _) => policy.filter.keeps_out(fields),
            Half::Gone | Half::Left => None,
        }
    }

    fn new(side: Side, observation: Option<&'a Observation>, last: &'a Fields, scope: Scope) -> Self {
        match observation {
            Some(Observation::Gone) => Half::Gone,
            Some(Observation::Left) => Half::Left,
            Some(Observation::Present(seen)) => Half::Here(&seen.fields, Some(seen)),
            None if scope == (Scope::Gone { side }) => Half::Gone,
            None if scope == (Scope::Left { side }) => Half::Left,
            None => Half::Here(last, None),
        }
    }
}

impl Planner<'_> {
    /// A link goes on under another id. Its records get their fates as `moved`'s.
    pub(super) fn moved(&mut self, link: &Link, moved: &Link) {
        if moved.exchange != link.exchange {
            self.fates.push(RecordId::Exchange(link.exchange.clone()));
        }
        if moved.crm != link.crm {
            self.fates.push(RecordId::Crm(link.crm.clone()));
        }
        self.drop_link(link);
        self.plan.changes.push(StateChange::PutLink(moved.clone()));
    }

    pub(super) fn linked(&mut self, link: &Link, item: Option<&Observation>, record: Option<&Observation>) {
        self.fates.push(RecordId::Exchange(link.exchange.clone()));
        self.fates.push(RecordId::Crm(link.crm.clone()));
        let last = link.seen.as_ref().unwrap_or(&link.base);
        let exchange = Half::new(Side::Exchange, item, &last.exchange, link.scope);
        let crm = Half::new(Side::Crm, record, &last.crm, link.scope);
        let exchange = match exchange.kept_out(self.policy) {
            Some(reason) => return self.kept_out(link, &crm, item, reason),
            None => exchange,
        };
        let left = |side| match &link.trouble {
            Some(reason @ (Reason::Private | Reason::Category)) => reason.clone(),
            _ => Reason::LeftScope { side },
        };
        match (exchange, crm) {
            (Half::Here(exchange, item), Half::Here(crm, record)) => {
                self.both_here(link, (exchange, item), (crm, record));
            }
            (Half::Gone, Half::Gone | Half::Left) | (Half::Left, Half::Gone) => self.drop_link(link),
            (Half::Left, Half::Here(fields, _)) => {
                let now = Base { exchange: last.exchange.clone(), crm: fields.clone() };
                self.left(link, Side::Exchange, now, left(Side::Exchange));
            }
            (Half::Here(fields, _), Half::Left) => {
                let now = Base { exchange: fields.clone(), crm: last.crm.clone() };
                self.left(link, Side::Crm, now, left(Side::Crm));
            }
            (Half::Left, Half::Left) => {
                self.left(link, Side::Exchange, last.clone(), left(Side::Exchange));
            }
            (Half::Gone, Half::Here(fields, seen)) => self.gone(link, Side::Exchange, fields, seen),
            (Half::Here(fields, seen), Half::Gone) => self.gone(link, Side::Crm, fields, seen),
        }
    }

    /// The item has nothing to do with the sync any more. The record stays as it is, and the item's values go
    /// nowhere, not even into what is remembered. When the record is deleted the item is nobody's business.
    fn kept_out(&mut self, link: &Link, crm: &Half<'_>, item: Option<&Observation>, reason: Reason) {
        let last = link.seen.as_ref().unwrap_or(&link.base);
        let crm = match crm {
            Half::Here(fields, _) => fields,
            Half::Left => &last.crm,
            Half::Gone => {
                let version = match item {
                    Some(Observation::Present(seen)) => &seen.version,
                    _ => &link.exchange_version,
                };
                let (id, fields) = (RecordId::Exchange(link.exchange.clone()), Fields::default());
                self.drop_link(link);
                return self.leave_alone(Unlinked { id, fields, version: version.clone(), reason });
            }
        };
        let now = Base { exchange: link.base.exchange.clone(), crm: crm.clone() };
        self.left(link, Side::Exchange, now, reason);
    }

    /// Both halves of a link are there: bring them together.
    fn both_here(
        &mut self,
        link: &Link,
        (exchange, item): (&Fields, Option<&Seen>),
        (crm, record): (&Fields, Option<&Seen>),
    ) {
        let news = item.is_some() || record.is_some();
        if !news && link.is_settled() {
            return;
        }
        if !news && self.is_refused_for_good(link.trouble.as_ref()) {
            self.exclude(RecordId::Exchange(link.exchange.clone()), link.trouble.as_ref());
            return;
        }
        let mut base = link.base.clone();
        if link.seen.is_none() && item.is_some_and(|item| item.version == link.exchange_version) {
            // Our own write comes back. Where the server stored it in its own way, that is nobody's edit.
            base.exchange = exchange.clone();
        }
        for field in self.state.new_fields(self.policy) {
            base.exchange.put(field, None);
            base.crm.put(field, None);
        }
        let merged = merge(Some(&base), exchange, crm, self.policy);
        let pair = Pair {
            exchange: link.exchange.clone(),
            crm: link.crm.clone(),
            base: Some(base),
            now: Base { exchange: exchange.clone(), crm: crm.clone() },
            exchange_version: item.map_or(&link.exchange_version, |item| &item.version).clone(),
            marked: item.and_then(|item| item.mark.as_ref()).map_or(link.marked, |mark| *mark == link.crm),
            to_exchange: Patch::default(),
            to_crm: Patch::default(),
            held: Vec::new(),
        };
        self.pair(pair, merged, Some(link));
    }

    /// One half left the sync's reach. Leaving is no delete: the pair waits until it comes back.
    fn left(&mut self, link: &Link, side: Side, now: Base, reason: Reason) {
        let mut waiting = link.clone();
        waiting.scope = Scope::Left { side };
        waiting.seen = (now != waiting.base).then_some(now);
        self.wait(link, waiting, reason);
    }

    /// One half was deleted on `side`; the other is here.
    fn gone(&mut self, link: &Link, side: Side, fields: &Fields, seen: Option<&Seen>) {
        let direction = self.policy.direction;
        let (id, before) = match side {
            Side::Exchange => (RecordId::Crm(link.crm.clone()), &link.base.crm),
            Side::Crm => (RecordId::Exchange(link.exchange.clone()), &link.base.exchange),
        };
        let version = seen.map_or(&link.exchange_version, |seen| &seen.version).clone();
        let edited = !fields.agrees_with(before, &self.policy.fields);
        let unlinked = |reason| Unlinked { id: id.clone(), fields: fields.clone(), version: version.clone(), reason };
        if !direction.writes(side.other()) {
            // The receiving side lost it. It is not brought back unasked; the next edit of the source does.
            self.leave_alone(unlinked(Reason::DeletedOnTarget));
            self.drop_link(link);
        } else if self.policy.deletes == Deletes::Never {
            self.leave_alone(unlinked(Reason::KeptAlone));
            self.drop_link(link);
        } else if edited && self.policy.deletes == Deletes::EditWins && direction.writes(side) {
            // Edit beats delete: the record comes back on the side that deleted it. It is remembered before
            // its link is forgotten, in case only the first half of the changes gets stored.
            self.plan.changes.push(StateChange::PutUnlinked(unlinked(Reason::OutcomeUnknown)));
            self.drop_link(link);
            self.create(id, fields.clone(), version);
        } else if edited && self.policy.deletes == Deletes::EditWins {
            // One way, and the receiving side holds an edit that nobody else has: it stays.
            self.leave_alone(unlinked(Reason::NotInDirection));
            self.drop_link(link);
        } else if self.is_refused_for_good(link.trouble.as_ref()) {
            self.exclude(id, link.trouble.as_ref());
        } else {
            if edited {
                self.keep_what_is_lost(link, side, fields, before);
            }
            let mut link = link.clone();
            link.scope = Scope::Gone { side };
            if side == Side::Crm {
                link.exchange_version = version;
            }
            self.delete(Deletion { link, on: side.other() }, fields);
        }
    }

    /// A delete beats an edit: what was edited goes into the conflict list.
    fn keep_what_is_lost(&mut self, link: &Link, gone: Side, fields: &Fields, before: &Fields) {
        for field in self.policy.fields.fields().filter(|field| fields.get(*field) != before.get(*field)) {
            let value = fields.get(field).cloned();
            let (exchange_value, crm_value) = match gone {
                Side::Exchange => (None, value),
                Side::Crm => (value, None),
            };
            let (exchange, crm) = (link.exchange.clone(), link.crm.clone());
            self.keep(Conflict { exchange, crm, field, exchange_value, crm_value, winner: gone });
        }
    }
}
