//! Proposals in the fold: kept as they come, asked about while they would change something, carried out at the yes.

use super::{Books, Ledger};
use crate::ledger::event::{Choice, Event, EventKey, Evidence, SourceId};
use crate::ledger::invoice::InvoiceKey;
use crate::ledger::proposal::{Proposed, Waiting};

impl Ledger {
    /// Proposals that the merchant has not answered and that would change something, oldest first, each fact once.
    pub fn proposals(&self) -> Vec<&Waiting> {
        let mut open: Vec<&Waiting> = Vec::new();
        for waiting in self.books.proposals.values() {
            let again = |other: &Waiting| other.proposed.fact == waiting.proposed.fact;
            if self.books.is_wanted(waiting) && !open.iter().any(|&other| again(other)) {
                open.push(waiting);
            }
        }
        open
    }

    /// Unanswered proposals that would end or lower this claim: while there is one, no letter about it goes out.
    pub fn proposed_against(&self, claim: &InvoiceKey) -> Option<&Waiting> {
        let mut proposals = self.books.proposals.values();
        proposals.find(|waiting| {
            let proposed = &waiting.proposed;
            proposed.claim() == Some(claim) && !proposed.opens() && self.books.is_wanted(waiting)
        })
    }
}

impl Books {
    /// A proposal: nothing happens but that it is known, unless the merchant refused the same fact before.
    pub(super) fn proposed(&mut self, key: EventKey, proposed: &Proposed) {
        if !self.refused.contains(&proposed.fact) {
            let proposed = proposed.clone();
            self.proposals.insert(key, Waiting { key, proposed });
        }
    }

    /// It would change something: a claim that is not known yet is opened, or an open one ended or lowered.
    fn is_wanted(&self, waiting: &Waiting) -> bool {
        let Some(claim) = waiting.proposed.claim() else {
            return false;
        };
        match waiting.proposed.opens() {
            true => !self.invoices.contains_key(claim),
            false => self.open.contains_key(claim),
        }
    }

    /// The merchant's word about a proposal, and thereby about all that say the same.
    pub(super) fn proposal_answered(
        &mut self,
        by: EventKey,
        (source, index): (SourceId, u16),
        choice: &Choice,
    ) -> Result<(), String> {
        let mut waiting = self.proposals.values();
        let asked =
            waiting.find(|waiting| (waiting.key.source, waiting.key.index) == (source, index));
        let Some(asked) = asked else {
            return Err("that proposal is not known, or answered already".into());
        };
        let fact = asked.proposed.fact.clone();
        let wanted = self.is_wanted(asked);
        match choice {
            Choice::No => self.refused.push(fact.clone()),
            Choice::Yes if !wanted => {
                return Err("that proposal would change nothing any more".into());
            }
            Choice::Yes => {
                // Under the key of the answer: the claim comes into being with it.
                let (fact, evidence) = (fact.clone(), Evidence::Token);
                self.step(&Event {
                    key: by,
                    fact,
                    by: evidence,
                });
            }
            _ => return Err("that is no answer to that question".into()),
        }
        self.proposals
            .retain(|_, waiting| waiting.proposed.fact != fact);
        Ok(())
    }
}
