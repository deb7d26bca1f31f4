//! Writing in the CRM.

use crate::round::{Done, Round, Stop};
use crate::send::{Sent, VendorError as _};
use crate::{Env, Store};
use mxs_core::{Creation, CrmId, Deletion, Fields, Pair, Patch, Reason, RecordId, Side, VendorRefusal};
use mxs_http::{HttpPort, Request, Response};
use mxs_zoho::records::{self, WRITE_MAX};
use mxs_zoho::{Known, Module, Names, ZohoError};

type Outcomes<T> = Vec<Result<T, VendorRefusal>>;

impl<G: HttpPort, C: HttpPort, S: Store, E: Env> Round<'_, '_, G, C, S, E> {
    /// Creates records; their pairs, still to be marked, go to `pairs`.
    pub(crate) async fn create_in_crm(&mut self, creations: Vec<Creation>, pairs: &mut Vec<Pair>) -> Result<(), Stop> {
        let (names, known) = (Names::usual(Module::Contacts), Known::default());
        for chunk in creations.chunks(WRITE_MAX) {
            if self.in_the_dark {
                break;
            }
            for creation in chunk {
                self.remember(creation.intent(Some(self.crm_shown)));
            }
            self.store().await?;
            let fields: Vec<&Fields> = chunk.iter().map(|creation| &creation.copy).collect();
            let request = records::insert(&names, &self.sync.owner, &fields, &known);
            let parse = |response: &Response, count| records::parse_written(&names, response, count);
            let outcomes = self.write_crm(&request, chunk.len(), parse).await?;
            for (creation, outcome) in chunk.iter().zip(outcomes) {
                let RecordId::Exchange(item) = &creation.source else { continue };
                let changes = match outcome {
                    Ok(written) => {
                        self.count(Side::Crm, Done::Created);
                        let (pair, changes) = creation.made_in_crm(item.clone(), written.id);
                        pairs.push(pair);
                        changes
                    }
                    Err(reason) => {
                        self.leave_open(creation.source.clone(), Side::Crm, reason.clone());
                        creation.not_made(reason)
                    }
                };
                for change in changes {
                    self.remember(change);
                }
            }
            self.step(chunk.len());
        }
        Ok(())
    }

    /// Updates records.
    pub(crate) async fn update_crm(&mut self, pairs: &mut [Pair]) -> Result<(), Stop> {
        let (names, known) = (Names::usual(Module::Contacts), Known::default());
        let mut waiting: Vec<&mut Pair> = pairs.iter_mut().filter(|pair| !pair.to_crm.is_empty()).collect();
        for chunk in waiting.chunks_mut(WRITE_MAX) {
            if self.in_the_dark {
                break;
            }
            self.store().await?;
            let rows: Vec<(CrmId, &Patch)> = chunk.iter().map(|pair| (pair.crm.clone(), &pair.to_crm)).collect();
            let parse = |response: &Response, count| records::parse_written(&names, response, count);
            let outcomes = self.write_crm(&records::update(&names, &rows, &known), rows.len(), parse).await?;
            let count = chunk.len();
            for (pair, outcome) in chunk.iter_mut().zip(outcomes) {
                match &outcome {
                    Ok(_) => self.count(Side::Crm, Done::Updated),
                    Err(reason) => {
                        self.leave_open(RecordId::Exchange(pair.exchange.clone()), Side::Crm, reason.clone());
                    }
                }
                let change = pair.settle_crm(outcome.map(drop));
                self.remember(change);
            }
            self.step(count);
        }
        Ok(())
    }

    /// Deletes records, into the recycle bin.
    pub(crate) async fn delete_in_crm(&mut self, deletions: &[Deletion]) -> Result<(), Stop> {
        let waiting: Vec<&Deletion> = deletions.iter().filter(|deletion| deletion.on == Side::Crm).collect();
        for chunk in waiting.chunks(WRITE_MAX) {
            if self.in_the_dark {
                break;
            }
            self.store().await?;
            let ids: Vec<CrmId> = chunk.iter().map(|deletion| deletion.link.crm.clone()).collect();
            let outcomes =
                self.write_crm(&records::delete(Module::Contacts, &ids), ids.len(), records::parse_delete).await?;
            for (deletion, outcome) in chunk.iter().zip(outcomes) {
                match &outcome {
                    Ok(_) => self.count(Side::Crm, Done::Deleted),
                    Err(reason) => self.leave_open(deletion.target(), Side::Crm, reason.clone()),
                }
                self.remember(deletion.settle(outcome.map(drop)));
            }
            self.step(chunk.len());
        }
        Ok(())
    }

    /// Sends one write of `count` records: for each what became of it.
    async fn write_crm<T>(
        &mut self,
        request: &Request,
        count: usize,
        parse: impl Fn(&Response, usize) -> Result<Outcomes<T>, ZohoError>,
    ) -> Result<Vec<Result<T, Reason>>, Stop> {
        match self.sync.write(self.sync.crm, request, |response| parse(response, count)).await? {
            Sent::Answered(outcomes) => {
                Ok(outcomes.into_iter().map(|outcome| outcome.map_err(Reason::Refused)).collect())
            }
            Sent::Refused(error) => Err(Stop::Failed(error.failure())),
            Sent::Unknown => {
                self.in_the_dark = true;
                Ok((0..count).map(|_| Err(Reason::OutcomeUnknown)).collect())
            }
        }
    }
}
