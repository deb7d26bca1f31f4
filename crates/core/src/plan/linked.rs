//! The fate of records that are linked.

use super::unlinked::place_of;
use super::{Deletion, Gift, Pair, Planner};
use crate::meeting::{Holder, is_shared, last_item};
use crate::policy::ROLE_ATTENDEE;
use crate::{
    Base, Deletes, Field, Fields, Link, Observation, Patch, Policy, Reason, RecordId, Scope, Seen, Side, StateChange,
    Unlinked, merge,
};

/// A record whose partner was deleted.
pub(super) struct Orphan {
    /// The link of both.
    pub(super) link: Link,
    /// The side on which the partner was deleted.
    gone: Side,
    /// The record.
    pub(super) seen: Seen,
    /// Whether it was seen just now.
    is_news: bool,
}

impl Orphan {
    fn of(link: &Link, gone: Side, fields: &Fields, seen: Option<&Seen>) -> Self {
        let version = seen.map_or(&link.exchange_version, |seen| &seen.version).clone();
        let is_news = seen.is_some();
        Self { link: link.clone(), gone, seen: Seen { fields: fields.clone(), version, mark: None }, is_news }
    }

    /// What both held when last seen.
    fn now(&self) -> Base {
        let mut now = self.link.seen.as_ref().unwrap_or(&self.link.base).clone();
        match self.gone {
            Side::Exchange => now.crm = self.seen.fields.clone(),
            Side::Crm => now.exchange = self.seen.fields.clone(),
        }
        now
    }

    /// The record's id.
    pub(super) fn id(&self) -> RecordId {
        match self.gone {
            Side::Exchange => RecordId::Crm(self.link.crm.clone()),
            Side::Crm => RecordId::Exchange(self.link.exchange.clone()),
        }
    }
}

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
            Some(Observation::Unreadable) => Half::Here(last, None),
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
        self.moved.insert(moved.exchange.clone(), moved.clone());
    }

    pub(super) fn linked(&mut self, link: &Link, item: Option<&Observation>, record: Option<&Observation>) {
        self.fates.push(RecordId::Exchange(link.exchange.clone()));
        self.fates.push(RecordId::Crm(link.crm.clone()));
        let last = link.seen.as_ref().unwrap_or(&link.base);
        let exchange = Half::new(Side::Exchange, item, &last.exchange, link.scope);
        let crm = Half::new(Side::Crm, record, &last.crm, link.scope);
        for (side, seen) in [(Side::Exchange, item), (Side::Crm, record)] {
            if seen == Some(&Observation::Unreadable) {
                // Neither its value nor its partner's goes anywhere, and what the partner holds by now is remembered.
                let known = |half: &Half<'_>, last: &Fields| match half {
                    Half::Here(fields, _) => (*fields).clone(),
                    Half::Gone | Half::Left => last.clone(),
                };
                let now = Base { exchange: known(&exchange, &last.exchange), crm: known(&crm, &last.crm) };
                let mut waiting = link.clone();
                waiting.seen = (now != waiting.base).then_some(now);
                return self.wait(link, waiting, Reason::Unreadable { side });
            }
        }
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
                self.left(link, None, now, (Side::Exchange, left(Side::Exchange)));
            }
            (Half::Here(fields, seen), Half::Left) => {
                let now = Base { exchange: fields.clone(), crm: last.crm.clone() };
                self.left(link, seen, now, (Side::Crm, left(Side::Crm)));
            }
            (Half::Left, Half::Left) => {
                self.left(link, None, last.clone(), (Side::Exchange, left(Side::Exchange)));
            }
            (Half::Gone, Half::Here(fields, seen)) => self.orphan(Orphan::of(link, Side::Exchange, fields, seen)),
            (Half::Here(fields, seen), Half::Gone) => self.orphan(Orphan::of(link, Side::Crm, fields, seen)),
        }
    }

    /// The item has nothing to do with the sync any more. The record stays as it is, and the item's values go
    /// nowhere, not even into what is remembered. When the record is deleted the item is nobody's business.
    fn kept_out(&mut self, link: &Link, crm: &Half<'_>, item: Option<&Observation>, reason: Reason) {
        let last = link.seen.as_ref().unwrap_or(&link.base);
        let (version, place) = match item {
            Some(Observation::Present(seen)) => (&seen.version, place_of(&seen.fields)),
            _ => (&link.exchange_version, place_of(&last.exchange)),
        };
        let crm = match crm {
            Half::Here(fields, _) => fields,
            Half::Left => &last.crm,
            Half::Gone => {
                let id = RecordId::Exchange(link.exchange.clone());
                self.drop_link(link);
                return self.leave_alone(Unlinked { id, fields: place, version: version.clone(), reason, mark: None });
            }
        };
        let mut now = Base { exchange: link.base.exchange.clone(), crm: crm.clone() };
        now.exchange.put(Field::Folder, place.get(Field::Folder).cloned());
        self.left(link, None, now, (Side::Exchange, reason));
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
        let mut base = self.state.base_of(link, [exchange, crm]);
        let is_known = |item: &Seen| item.version == link.exchange_version;
        // Of what was kept out its version is remembered, and not what it held.
        let was_here = link.scope == Scope::Active;
        if was_here && link.seen.is_none() && item.is_some_and(is_known) {
            // Our own write comes back. Where the server stored it in its own way, that is nobody's edit.
            base.exchange = exchange.clone();
        }
        self.forget_new_fields(&mut base, [exchange, crm]);
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
            edited: Vec::new(),
            conflicts: Vec::new(),
        };
        self.pair(pair, merged, Some(link));
    }

    /// One half left the sync's reach. Leaving is no delete: the pair waits until it comes back.
    fn left(&mut self, link: &Link, item: Option<&Seen>, now: Base, (side, reason): (Side, Reason)) {
        let mut waiting = link.clone();
        if let Some(seen) = item {
            waiting.exchange_version = seen.version.clone();
        }
        waiting.scope = Scope::Left { side };
        waiting.seen = (now != waiting.base).then_some(now);
        self.wait(link, waiting, reason);
    }

    /// One half was deleted: what becomes of the other is decided when all is known that is there.
    fn orphan(&mut self, orphan: Orphan) {
        let id = orphan.id();
        let own = self.fates.iter().rposition(|fate| *fate == id);
        own.map(|place| self.fates.swap_remove(place));
        self.orphans.push(orphan);
    }

    /// One half was deleted, and nobody on that side is the other's partner now.
    pub(super) fn gone(&mut self, orphan: &Orphan) {
        self.fates.push(orphan.id());
        let Orphan { link, gone: side, seen: Seen { fields, version, .. }, is_news } = orphan;
        let (side, version) = (*side, version.clone());
        let direction = self.policy.direction;
        let (id, before) = (orphan.id(), link.base.on(side.other()));
        // Who deletes somebody else's meeting leaves it. Edited or not, the record can't invite to it anew.
        let is_theirs = side == Side::Exchange && link.base.exchange.text(Field::Role) == ROLE_ATTENDEE;
        let edited = !is_theirs && !fields.agrees_with(before, &self.policy.fields);
        let unlinked = |reason| {
            let (id, fields, version) = (id.clone(), fields.clone(), version.clone());
            Unlinked { id, fields, version, reason, mark: None }
        };
        if let Some(Holder::Waiting { user }) = self.meetings.get(&link.exchange) {
            // The event stays, with all that people wrote there, and is the colleague's from now on.
            let (item, record, user) = (link.exchange.clone(), link.crm.clone(), user.clone());
            let gift = Gift { item, record, fields: fields.clone(), user };
            let mut left = unlinked(Reason::ThroughColleague);
            left.fields.put(Field::MeetingUid, last_item(link).get(Field::MeetingUid).cloned());
            self.leave_alone(left);
            self.plan.gifts.push(gift);
            return self.drop_link(link);
        }
        let is_colleagues = matches!(self.meetings.get(&link.exchange), Some(Holder::Colleague { .. }));
        if side == Side::Crm && (is_colleagues || link.scope == (Scope::Left { side })) && is_shared(fields) {
            // It was a colleague's when it was deleted, or a colleague has another one by now: nobody has deleted the
            // meeting in this mailbox.
            self.leave_alone(unlinked(Reason::ThroughColleague));
            return self.drop_link(link);
        }
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
            self.create(id, fields.clone(), version, true);
        } else if edited && self.policy.deletes == Deletes::EditWins {
            // One way, and the receiving side holds an edit that nobody else has: it stays.
            self.leave_alone(unlinked(Reason::NotInDirection));
            self.drop_link(link);
        } else if !is_news && link.scope == (Scope::Gone { side }) && self.is_refused_for_good(link.trouble.as_ref()) {
            // It was this delete that was refused, no other write, and nothing has changed since.
            self.exclude(id, link.trouble.as_ref());
        } else {
            let now = orphan.now();
            let mut link = link.clone();
            link.scope = Scope::Gone { side };
            link.seen = (now != link.base).then_some(now);
            if side == Side::Crm {
                link.exchange_version = version;
            }
            self.delete(Deletion { link, on: side.other() }, fields);
        }
    }

    /// One half was deleted, and several on that side may be the other's partner now: a person decides.
    pub(super) fn gone_or_not(&mut self, orphan: &Orphan, candidates: usize) {
        self.fates.push(orphan.id());
        let (mut waiting, now) = (orphan.link.clone(), orphan.now());
        if orphan.gone == Side::Crm {
            waiting.exchange_version = orphan.seen.version.clone();
        }
        waiting.scope = Scope::Gone { side: orphan.gone };
        waiting.seen = (now != waiting.base).then_some(now);
        self.wait(&orphan.link, waiting, Reason::AmbiguousMatch { candidates });
    }
}
