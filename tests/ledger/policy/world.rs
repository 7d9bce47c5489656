//! A merchant's world on paper: facts go in by the day, the real plan says what happens, and what it says is applied.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use mahnwerk::ledger::digest::MailAccount;
use mahnwerk::ledger::event::{
    Answered, Bounced, Choice, Command, Issued, Payment, Reminded, Seen,
};
use mahnwerk::ledger::policy::{CustomerLetter, Present, QuestionId, ShopTerms, Step};
use mahnwerk::ledger::{
    Action, Customer, CustomerAddress, CustomerName, Digest, Event, EventKey, Evidence, Fact,
    Flight, InvoiceKey, Language, Ledger, PaymentMethod, Policy, SourceId,
};

pub const IBAN: &str = "DE02120300000000202051";

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn key(number: &str) -> InvoiceKey {
    InvoiceKey {
        shop: "laden".into(),
        number: number.into(),
    }
}

pub fn step(number: &str, level: u8) -> Step {
    Step {
        invoice: key(number),
        level,
    }
}

pub fn address(name: &str) -> CustomerAddress {
    CustomerAddress::new(&format!("{name}@kunde.example")).unwrap()
}

#[derive(Clone)]
pub struct World {
    pub policy: Policy,
    pub ledger: Ledger,
    pub flights: Vec<Flight>,
    /// A statement arrives every morning.
    pub statements: bool,
    /// The merchant says yes to every question about a step.
    pub agrees: bool,
    count: u32,
}

impl World {
    /// A merchant with one shop who began on that day.
    pub fn since(start: &str) -> World {
        let terms = ShopTerms {
            account: IBAN.into(),
            default_method: None,
            term_days: None,
        };
        let shops = BTreeMap::from([("laden".to_string(), terms)]);
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        World {
            policy: Policy::standard(zone, Language::De, day(start), shops),
            ledger: Ledger::default(),
            flights: Vec::new(),
            statements: true,
            agrees: false,
            count: 0,
        }
    }

    pub fn at(&self, date: Date, hour: i8) -> Timestamp {
        self.instant(date.to_datetime(Time::constant(hour, 0, 0, 0)))
    }

    fn instant(&self, moment: DateTime) -> Timestamp {
        moment
            .to_zoned_datetime(self.policy.zone.clone())
            .unwrap()
            .timestamp()
    }

    pub fn fact(&mut self, at: Timestamp, fact: Fact) -> EventKey {
        self.count += 1;
        let source = SourceId::of(format!("test {}", self.count).as_bytes());
        let key = EventKey {
            at,
            source,
            index: 0,
        };
        let by = Evidence::Verdict {
            host: "mx.example".into(),
            domain: "laden.example".into(),
        };
        assert!(self.ledger.apply(&Event { key, fact, by }));
        key
    }

    /// An order at ten in the morning.
    pub fn order(&mut self, number: &str, customer: &str, on: &str, total: &str) {
        self.order_with(number, customer, on, total, |_| {});
    }

    pub fn order_with(
        &mut self,
        number: &str,
        customer: &str,
        on: &str,
        total: &str,
        change: impl FnOnce(&mut Issued),
    ) {
        let mut issued = Issued {
            invoice: key(number),
            invoice_number: None,
            order_date: day(on),
            customer: Customer {
                name: Some(CustomerName::new(customer).unwrap()),
                company: None,
                address: Some(address(customer)),
                country: Some("DE".into()),
                postcode: None,
                language: Language::De,
            },
            total: format!("{total} EUR").parse().unwrap(),
            amount_due: None,
            method: Some(PaymentMethod::Invoice),
            paid: false,
            due_date: None,
            terms_days: None,
            terms: Default::default(),
        };
        change(&mut issued);
        let at = self.at(day(on), 10);
        self.fact(at, Fact::Issued(issued));
    }

    pub fn order_of(&mut self, at: (&str, i8), command: Command) -> EventKey {
        let at = self.at(day(at.0), at.1);
        self.fact(at, Fact::Ordered(command))
    }

    pub fn answer(&mut self, at: (&str, i8), question: QuestionId, choice: Choice) {
        self.order_of(at, Command::Answer { question, choice });
    }

    pub fn pays(&mut self, number: &str, on: &str) {
        self.order_of(
            (on, 7),
            Command::Paid {
                invoice: key(number),
                amount: None,
                on: day(on),
            },
        );
    }

    pub fn replies(&mut self, customer: &str, on: &str, automatic: bool) {
        let at = self.at(day(on), 7);
        let answered = Answered {
            from: address(customer),
            letter: None,
            automatic,
            excerpt: "Guten Tag".into(),
        };
        self.fact(at, Fact::Answered(answered));
    }

    /// The last letter to the customer comes back.
    pub fn bounces(&mut self, letter: SourceId, on: &str, permanent: bool) {
        let at = self.at(day(on), 7);
        let bounced = Bounced {
            letter,
            address: None,
            status: Some("5.1.1".into()),
            permanent,
            reason: "unbekannt".into(),
        };
        self.fact(at, Fact::Bounced(bounced));
    }

    pub fn money(&mut self, amount: &str, text: &str, payer: &str, on: &str) -> EventKey {
        let at = self.at(day(on), 7);
        let payment = Payment {
            account: IBAN.into(),
            amount: format!("{amount} EUR").parse().unwrap(),
            booked: Some(day(on)),
            payer: Some(payer.into()),
            payer_cut: false,
            payer_iban: None,
            payer_email: None,
            remittance: text.into(),
            references: Vec::new(),
            transaction_id: Some(format!("t{}", self.count)),
            end_to_end_id: None,
            original_transaction_id: None,
            return_reason: None,
            from_statement: true,
            proposal_only: false,
            charges: None,
            original_amount: None,
        };
        self.fact(at, Fact::Paid(payment))
    }

    pub fn ask<T>(
        &self,
        date: Date,
        hour: i8,
        ask: impl FnOnce(&Policy, &Ledger, &Present<'_>) -> T,
    ) -> T {
        let now = date.to_datetime(Time::constant(hour, 0, 0, 0));
        let mails = MailAccount::default();
        ask(
            &self.policy,
            &self.ledger,
            &Present {
                now,
                at: self.at(date, hour),
                flights: &self.flights,
                mails: &mails,
            },
        )
    }

    pub fn plan(&self, date: Date, hour: i8) -> Vec<Action> {
        self.ask(date, hour, Policy::plan)
    }

    pub fn questions(&self, date: &str, hour: i8) -> Vec<QuestionId> {
        let questions = self.ask(day(date), hour, Policy::questions);
        questions.into_iter().map(|question| question.id).collect()
    }

    /// Reasons in German, joined.
    pub fn why(&self, number: &str, date: &str) -> String {
        let claim = self.ledger.invoice(&key(number)).unwrap();
        let notes = self.ask(day(date), 12, |policy, ledger, present| {
            policy.why(ledger, claim, present)
        });
        notes
            .iter()
            .map(|note| note.de.as_str())
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// The statement at six, the digest at eight, the merchant's yes at half past, the letters at nine.
    pub fn live(&mut self, date: Date) -> (Option<Digest>, Vec<CustomerLetter>) {
        self.morning(date);
        let digest = self.digest(date);
        (digest, self.letters(date))
    }

    pub fn morning(&mut self, date: Date) {
        let yesterday = date.yesterday().unwrap();
        if self.statements && self.ledger.seen_until(IBAN) < Some(yesterday) {
            let at = self.at(date, 6);
            self.fact(
                at,
                Fact::Seen(Seen {
                    account: Some(IBAN.into()),
                    until: yesterday,
                    statement: true,
                    between: None,
                }),
            );
        }
    }

    pub fn digest(&mut self, date: Date) -> Option<Digest> {
        let digest = self
            .plan(date, 8)
            .into_iter()
            .find_map(|action| match action {
                Action::Tell(digest) => Some(*digest),
                _ => None,
            })?;
        let told = digest.told(SourceId::of(format!("digest {date}").as_bytes()));
        let at = self.at(date, 8);
        let questions = told.questions.clone();
        self.fact(at, Fact::Told(told));
        for question in questions {
            if self.agrees && matches!(question, QuestionId::Step(_) | QuestionId::Breaker(_)) {
                let command = Command::Answer {
                    question,
                    choice: Choice::Yes,
                };
                let at = at + 30.minutes();
                self.fact(at, Fact::Ordered(command));
            }
        }
        Some(digest)
    }

    pub fn letters(&mut self, date: Date) -> Vec<CustomerLetter> {
        let mut letters = Vec::new();
        for action in self.plan(date, 9) {
            if let Action::Write(letter) = action {
                let at = self.at(date, 9);
                self.count += 1;
                let letter_id = SourceId::of(format!("letter {}", self.count).as_bytes());
                self.fact(at, reminded(&letter, letter_id));
                letters.push(letter);
            }
        }
        letters
    }

    /// Lives through the days and lists the letters: `2026-01-20 friendly erika 10247:1`.
    pub fn run(&mut self, from: &str, until: &str) -> Vec<String> {
        let mut lines = Vec::new();
        let mut date = day(from);
        while date <= day(until) {
            let (_, letters) = self.live(date);
            lines.extend(letters.iter().map(line));
            date = date.tomorrow().unwrap();
        }
        lines
    }
}

pub fn reminded(letter: &CustomerLetter, id: SourceId) -> Fact {
    Fact::Reminded(Reminded {
        letter: id,
        to: letter.to.clone(),
        template: letter.template.clone(),
        steps: letter.steps.clone(),
        listed: letter.listed.clone(),
        on: letter.on,
        deadline: letter.deadline,
    })
}

pub fn line(letter: &CustomerLetter) -> String {
    let steps = letter
        .steps
        .iter()
        .map(|step| format!(" {}:{}", step.invoice.number, step.level));
    let listed = letter
        .listed
        .iter()
        .map(|claim| format!(" +{}", claim.number));
    let claims: String = steps.chain(listed).collect();
    let to = letter.to.as_str().split('@').next().unwrap();
    format!("{} {} {to}{claims}", letter.on, letter.template)
}
