//! A few lines of TOML become events, a ledger and an action.
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mahnwerk::ledger::event::{Command, EventKey, Evidence, Issued, Reminded, Seen, Told};
use mahnwerk::ledger::policy::*;
use mahnwerk::ledger::*;
use mahnwerk::letter::{Letters, PayTo, Sender, ShopIdentity};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) at: String,
    #[serde(default)]
    pub(crate) rehearsal: bool,
    #[serde(default = "german")]
    pub(crate) merchant_language: Language,
    #[serde(default)]
    pub(crate) letter: Option<LetterWish>,
    #[serde(default)]
    pub(crate) digest: Option<crate::cases::DigestWish>,
    #[serde(default)]
    pub(crate) unclear: Option<String>,
    #[serde(default)]
    pub(crate) ordered: Option<Command>,
    #[serde(default)]
    claim: Vec<Claim>,
    #[serde(default)]
    paid: Vec<Paid>,
    #[serde(default)]
    sent: Vec<Sent>,
    #[serde(default)]
    seen: Option<Date>,
    #[serde(default)]
    told: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LetterWish {
    pub(crate) template: String,
    pub(crate) to: CustomerAddress,
    pub(crate) language: Language,
    pub(crate) on: Date,
    pub(crate) deadline: Option<Date>,
    #[serde(default)]
    pub(crate) steps: Vec<(String, u8)>,
    #[serde(default)]
    pub(crate) listed: Vec<String>,
    #[serde(default)]
    pub(crate) why: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    number: String,
    #[serde(default = "shop")]
    shop: String,
    invoice: Option<String>,
    date: Date,
    due: Option<Date>,
    total: Money,
    name: Option<CustomerName>,
    company: Option<CustomerName>,
    address: CustomerAddress,
    #[serde(default = "german")]
    language: Language,
    #[serde(default = "on_invoice")]
    method: PaymentMethod,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paid {
    number: String,
    amount: Option<Money>,
    on: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    number: String,
    level: u8,
    template: String,
    to: CustomerAddress,
    on: Date,
    deadline: Option<Date>,
}

fn german() -> Language {
    Language::De
}

fn shop() -> String {
    "laden".into()
}

fn on_invoice() -> PaymentMethod {
    PaymentMethod::Invoice
}

pub(crate) fn key() -> SealKey {
    SealKey::new(&[42; 32]).unwrap()
}

pub(crate) fn shipped() -> Letters {
    Letters::with_overlay(&[]).unwrap_or_else(|problems| panic!("{}", problems.join("\n")))
}

pub(crate) fn address(text: &str) -> CustomerAddress {
    CustomerAddress::new(text).unwrap()
}

pub(crate) fn claim_key(number: &str) -> InvoiceKey {
    let (shop, number) = number.split_once('/').unwrap_or(("laden", number));
    InvoiceKey {
        shop: shop.into(),
        number: number.into(),
    }
}

pub(crate) fn sender(language: Language, rehearsal: bool) -> Sender {
    let account = |iban: &str, holder: &str, bic: Option<&str>, bank: Option<&str>| PayTo {
        iban: iban.into(),
        holder: holder.into(),
        bic: bic.map(str::to_owned),
        bank: bank.map(str::to_owned),
    };
    let shop = |shop: &str, title: &str, account: &str| ShopIdentity {
        shop: shop.into(),
        title: title.into(),
        account: account.into(),
    };
    Sender {
        name: "Papierladen Beispiel".into(),
        address: address("rechnung@laden.example"),
        merchant: address("chefin@laden.example"),
        mailbox: address("post@laden.example"),
        language,
        identity: vec![
            "Papierladen Beispiel GmbH, Musterweg 1, 50667 Köln".into(),
            "Amtsgericht Köln HRB 0000, Geschäftsführerin: Paula Beispiel".into(),
        ],
        accounts: vec![
            account(
                "DE02120300000000202051",
                "Papierladen Beispiel GmbH",
                Some("BYLADEM1001"),
                Some("Musterbank"),
            ),
            account(
                "DE02500105170137075030",
                "Papierladen Beispiel GmbH",
                None,
                None,
            ),
        ],
        shops: vec![
            shop("laden", "Papierladen", "DE02120300000000202051"),
            shop("outlet", "Papier-Outlet", "DE02500105170137075030"),
        ],
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        rehearsal,
    }
}

impl Scenario {
    pub(crate) fn read(text: &str) -> Scenario {
        toml::from_str(text).unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn at(&self) -> Timestamp {
        self.at.parse().unwrap()
    }

    pub(crate) fn ledger(&self) -> Ledger {
        let mut events = Vec::new();
        for (i, claim) in self.claim.iter().enumerate() {
            events.push(event(claim.date, &format!("claim {i}"), claim.issued()));
        }
        for (i, paid) in self.paid.iter().enumerate() {
            let command = Command::Paid {
                invoice: claim_key(&paid.number),
                amount: paid.amount,
                on: paid.on,
            };
            events.push(event(paid.on, &format!("paid {i}"), Fact::Ordered(command)));
        }
        for sent in &self.sent {
            events.push(event(
                sent.on,
                &format!("sent {} {}", sent.number, sent.level),
                sent.reminded(),
            ));
        }
        events.extend(self.seen.map(|until| {
            let seen = Seen {
                account: None,
                until,
                statement: true,
                between: None,
            };
            event(until, "seen", Fact::Seen(seen))
        }));
        events.extend(self.told.map(|on| {
            let told = Told {
                digest: key().identity("an earlier digest"),
                on,
                forewarned: Vec::new(),
                questions: Vec::new(),
                carried: Vec::new(),
            };
            event(on, "told", Fact::Told(told))
        }));
        Ledger::fold(events)
    }
}

impl Claim {
    fn issued(&self) -> Fact {
        Fact::Issued(Issued {
            invoice: InvoiceKey {
                shop: self.shop.clone(),
                number: self.number.clone(),
            },
            invoice_number: self.invoice.clone(),
            order_date: self.date,
            customer: Customer {
                name: self.name.clone(),
                company: self.company.clone(),
                address: Some(self.address.clone()),
                country: None,
                postcode: None,
                language: self.language,
            },
            total: self.total,
            amount_due: None,
            method: Some(self.method),
            paid: false,
            due_date: self.due,
            terms_days: None,
            terms: Default::default(),
        })
    }
}

impl Sent {
    fn reminded(&self) -> Fact {
        Fact::Reminded(Reminded {
            letter: SourceId::of(format!("letter {} {}", self.number, self.level).as_bytes()),
            to: self.to.clone(),
            template: self.template.clone(),
            steps: vec![Step {
                invoice: claim_key(&self.number),
                level: self.level,
            }],
            listed: Vec::new(),
            on: self.on,
            deadline: self.deadline,
        })
    }
}

impl LetterWish {
    pub(crate) fn letter(&self) -> CustomerLetter {
        let note = |text: &String| Note {
            holds: false,
            de: text.clone(),
            en: text.clone(),
        };
        let step = |(number, level): &(String, u8)| Step {
            invoice: claim_key(number),
            level: *level,
        };
        CustomerLetter {
            to: self.to.clone(),
            template: self.template.clone(),
            steps: self.steps.iter().map(step).collect(),
            listed: self.listed.iter().map(|number| claim_key(number)).collect(),
            on: self.on,
            deadline: self.deadline,
            language: self.language,
            why: self.why.iter().map(note).collect(),
        }
    }
}

pub(crate) fn event(day: Date, source: &str, fact: Fact) -> Event {
    let at = day
        .at(8, 0, 0, 0)
        .to_zoned_datetime(TimeZone::UTC)
        .unwrap()
        .timestamp();
    Event {
        key: EventKey {
            at,
            source: SourceId::of(source.as_bytes()),
            index: 0,
        },
        fact,
        by: Evidence::Shell,
    }
}
