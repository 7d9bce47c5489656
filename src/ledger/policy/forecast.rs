//! Looking ahead: until the next digest (what today's digest announces), and day by day on a copy of the ledger (what
//! `simulate` prints). Both ask the same function as the real run.
//!
//! Invariant: what a forecast says for a day is what the plan of that day says, if nothing else happens.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use super::day::Day;
use super::due::{minus_days, plus_days};
use super::letters::DayPlan;
use super::step::Verdict;
use super::{CustomerLetter, Policy, Present, QuestionId, Step};
use crate::ledger::event::{Choice, Command, Reminded, Seen, Told};
use crate::ledger::{Event, EventKey, Evidence, Fact, InvoiceKey, Ledger, SourceId};

/// What lies between this moment and the end of the next digest's day.
#[derive(Default)]
pub(super) struct Outlook {
    /// Letters of the days after today.
    pub(super) letters: Vec<CustomerLetter>,
    /// Steps that wait for the merchant's yes.
    pub(super) asked: Vec<(Step, Verdict)>,
    /// Ladders at their end today.
    pub(super) ended: Vec<InvoiceKey>,
    /// What holds claims whose time comes until then.
    pub(super) held: BTreeMap<InvoiceKey, Verdict>,
    /// The circuit breaker's question.
    pub(super) breaker: Option<QuestionId>,
    /// Letters of today that the cap on new recipients moves to later days.
    pub(super) capped: usize,
}

impl Policy {
    /// Today and the days up to and including the next digest's day, as far as today's digest must speak of them.
    pub(super) fn outlook(&self, ledger: &Ledger, present: &Present<'_>) -> Outlook {
        let today = Day::of(self, ledger, present);
        let mut plan = today.plan();
        if present.now.time() >= self.window.to
            || !self.window.weekdays.contains(&today.on.weekday())
        {
            plan.letters.clear(); // they can no longer go today
        }
        let mut until_then = std::mem::take(&mut plan.letters);
        let mut outlook = Outlook {
            ended: std::mem::take(&mut plan.ended),
            ..Outlook::default()
        };
        outlook.add(plan);
        let next_digest = self.next_digest_day(today.on);
        let mut on = plus_days(today.on, 1);
        while on <= next_digest {
            if self.window.weekdays.contains(&on.weekday()) {
                let mut plan = today.ahead(on, &until_then).plan();
                let letters = std::mem::take(&mut plan.letters);
                until_then.extend(letters.iter().cloned());
                outlook.letters.extend(letters);
                outlook.add(plan);
            }
            on = plus_days(on, 1);
        }
        outlook
    }
}

impl Outlook {
    fn add(&mut self, plan: DayPlan) {
        for (step, verdict) in plan.asked {
            if !self.asked.iter().any(|(known, _)| *known == step) {
                self.asked.push((step, verdict));
            }
        }
        for (claim, verdict) in plan.held {
            self.held.entry(claim).or_insert(verdict);
        }
        self.breaker = self.breaker.take().or(plan.tripped);
        self.capped = self.capped.max(plan.capped);
    }
}

/// A copy of the ledger and a clock that runs ahead of the real one.
struct Run<'a> {
    policy: &'a Policy,
    ledger: Ledger,
    count: u32,
}

/// `plan` day by day on a copy of the ledger.
pub(super) fn run(
    policy: &Policy,
    ledger: &Ledger,
    present: &Present<'_>,
    days: u16,
) -> Vec<(Date, CustomerLetter)> {
    let today = present.now.date();
    let last = plus_days(today, days);
    let stale = policy.stale_accounts(ledger, today);
    let mut fresh: Vec<&String> = policy.shops.values().map(|shop| &shop.account).collect();
    fresh.sort();
    fresh.dedup();
    fresh.retain(|account| !stale.iter().any(|(stale, _)| stale == *account));
    let mut run = Run {
        policy,
        ledger: ledger.clone(),
        count: 0,
    };
    let (doubtful, sure): (Vec<_>, Vec<_>) = present
        .flights
        .iter()
        .cloned()
        .partition(|flight| flight.is_in_doubt(present.at, policy));
    run.land(sure, present.at);
    let mut letters = Vec::new();
    let mut day = today;
    while day <= last {
        let moment = |time| day.to_datetime(time).max(present.now);
        if day > today {
            run.keep_fresh(
                &fresh,
                minus_days(day, 1),
                policy.instant(day.to_datetime(jiff::civil::Time::MIN)),
            );
        }
        let at = |now: DateTime| Present {
            now,
            at: policy.instant(now).max(present.at),
            flights: &doubtful,
            mails: present.mails,
        };
        let digest = at(moment(policy.digest_at));
        let opening = at(moment(policy.window.from));
        if digest.now <= opening.now {
            run.tell(&digest);
        }
        if opening.now.date() == day && policy.window_is_open(opening.now) {
            letters.extend(run.send(&opening).into_iter().map(|letter| (day, letter)));
        }
        if digest.now > opening.now && digest.now.date() == day {
            run.tell(&digest);
        }
        day = plus_days(day, 1);
    }
    letters
}

impl Run<'_> {
    /// The digest, if it is due; the merchant says yes to what needs it.
    fn tell(&mut self, present: &Present<'_>) {
        if !self.policy.digest_is_due(&self.ledger, present) {
            return;
        }
        let outlook = self.policy.outlook(&self.ledger, present);
        let questions: Vec<QuestionId> =
            super::ask::questions(self.policy, &self.ledger, present, &outlook)
                .into_iter()
                .map(|question| question.id)
                .collect();
        let told = Told {
            digest: SourceId::of(format!("digest {}", present.now).as_bytes()),
            on: present.now.date(),
            forewarned: outlook
                .letters
                .into_iter()
                .flat_map(|letter| letter.steps)
                .collect(),
            questions: questions.clone(),
            carried: Vec::new(),
        };
        self.happens(present.at, Fact::Told(told));
        for question in questions {
            if matches!(question, QuestionId::Step(_) | QuestionId::Breaker(_)) {
                self.happens(
                    present.at,
                    Fact::Ordered(Command::Answer {
                        question,
                        choice: Choice::Yes,
                    }),
                );
            }
        }
    }

    /// The letters of the day go out.
    fn send(&mut self, present: &Present<'_>) -> Vec<CustomerLetter> {
        if self.ledger.stopped() {
            return Vec::new();
        }
        let letters = Day::of(self.policy, &self.ledger, present).plan().letters;
        for letter in &letters {
            self.happens(
                present.at,
                Fact::Reminded(Reminded {
                    letter: SourceId::of(format!("letter {}", self.count).as_bytes()),
                    to: letter.to.clone(),
                    template: letter.template.clone(),
                    steps: letter.steps.clone(),
                    listed: letter.listed.clone(),
                    on: letter.on,
                    deadline: letter.deadline,
                }),
            );
        }
        letters
    }

    /// Letters under way arrive.
    fn land(&mut self, flights: Vec<super::Flight>, at: Timestamp) {
        for flight in flights {
            let Some(to) = flight.to else { continue };
            let claim = flight
                .steps
                .first()
                .and_then(|step| self.ledger.invoice(&step.invoice));
            let deadline =
                claim.map(|claim| self.policy.deadline(flight.on, &claim.issued.customer));
            self.happens(
                at,
                Fact::Reminded(Reminded {
                    letter: flight.letter,
                    to,
                    template: String::new(),
                    steps: flight.steps,
                    listed: Vec::new(),
                    on: flight.on,
                    deadline,
                }),
            );
        }
    }

    fn keep_fresh(&mut self, accounts: &[&String], until: Date, at: Timestamp) {
        for account in accounts {
            if self
                .ledger
                .seen_until(account)
                .is_none_or(|seen| seen < until)
            {
                let account = Some((*account).clone());
                self.happens(
                    at,
                    Fact::Seen(Seen {
                        account,
                        until,
                        statement: true,
                        between: None,
                    }),
                );
            }
        }
    }

    fn happens(&mut self, at: Timestamp, fact: Fact) {
        self.count += 1;
        let source = SourceId::of(format!("forecast {}", self.count).as_bytes());
        let key = EventKey {
            at,
            source,
            index: 0,
        };
        self.ledger.apply(&Event {
            key,
            fact,
            by: Evidence::Assumed,
        });
    }
}

impl Policy {
    /// The instant of a civil moment in the zone; where a clock change makes two or none, the nearest.
    pub(super) fn instant(&self, moment: DateTime) -> Timestamp {
        moment
            .to_zoned_datetime(self.zone.clone())
            .map_or(Timestamp::MIN, |zoned| zoned.timestamp())
    }
}
