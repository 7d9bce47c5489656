//! Small invented histories from few shops, numbers, amounts and people, so that everything meets everything.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use mahnwerk::ledger::Currency;
use mahnwerk::ledger::event::{
    Answered, Bounced, Choice, ClaimOrder, Command, Credited, Doubt, Issued, Payment, Proposed,
    Reminded, ReplyWord, Seen, Told,
};
use mahnwerk::ledger::policy::{QuestionId, Step};
use mahnwerk::ledger::terms::{BookingRules, Charged, Skonto, Terms};
use mahnwerk::ledger::{
    Customer, CustomerAddress, CustomerName, Event, EventKey, Evidence, Fact, InvoiceKey, Language,
    Money, PaymentMethod, SourceId,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

const AMOUNTS: [&str; 8] = [
    "49.90 EUR",
    "20.00 EUR",
    "29.90 EUR",
    "69.90 EUR",
    "49.90 CHF",
    "10.00 EUR",
    "0.10 EUR",
    "49.9 EUR",
];
const SHOPS: [&str; 2] = ["north", "south"];
const NUMBERS: [&str; 6] = ["10247", "10248", "1024", "7", "SW-2026-31", "XKBKNABJK"];
const NAMES: [&str; 4] = [
    "Annegret Köhler",
    "Rolf Köhler",
    "Holzbau Weidner GmbH",
    "Jens Brandt",
];
const ADDRESSES: [&str; 4] = [
    "a.koehler@example.org",
    "rolf@example.net",
    "buero@weidner.example",
    "jens@brandt.example",
];
pub(super) const IBANS: [&str; 3] = [
    "DE02120300000000202051",
    "DE02500105170137075030",
    "DE02100500000054540402",
];

const PAYERS: [&str; 3] = [
    "DE41500105170123456789",
    "DE75512108001245126199",
    "DE27100777770209299700",
];

/// Numbers from which one event is made.
type Seed = (u8, u8, u8, u8, u32);

/// At most `most` events, each identity once, in no order.
pub fn history(most: usize) -> impl Strategy<Value = Vec<Event>> {
    let seed = (
        0_u8..24,
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        0_u32..40_000,
    );
    proptest::collection::vec(seed, 0..most).prop_map(|seeds| {
        seeds
            .iter()
            .enumerate()
            .map(|(count, seed)| event(count, *seed))
            .collect()
    })
}

/// The events in key order.
pub fn in_order(events: &[Event]) -> Vec<Event> {
    let mut events = events.to_vec();
    events.sort_by_key(|event| event.key);
    events
}

/// Some event.
pub fn first_event() -> Event {
    event(0, (0, 0, 0, 0, 0))
}

fn pick<T: Copy>(from: &[T], by: u8) -> T {
    from[usize::from(by) % from.len()]
}

fn money(by: u8) -> Money {
    pick(&AMOUNTS, by).parse().unwrap()
}

fn claim(by: u8) -> InvoiceKey {
    InvoiceKey {
        shop: pick(&SHOPS, by / 64).into(),
        number: pick(&NUMBERS, by).into(),
    }
}

pub(super) fn source(count: usize) -> SourceId {
    SourceId::of(format!("mail {count}").as_bytes())
}

fn letter(by: u8) -> SourceId {
    SourceId::of(&[by % 5])
}

fn day(minutes: u32) -> Date {
    let days = i64::from(minutes / 1440);
    Date::constant(2026, 9, 1)
        .checked_add(SignedDuration::from_hours(24 * days))
        .unwrap()
}

fn event(count: usize, (kind, a, b, c, minutes): Seed) -> Event {
    let at: Timestamp = "2026-09-01T06:00:00Z".parse().unwrap();
    // Several events of one source, as the lines of a statement are.
    let (of, index) = if kind < 14 {
        (count / 3, u16::try_from(count % 3).unwrap())
    } else {
        (count, 9)
    };
    let at = at
        .checked_add(SignedDuration::from_mins(i64::from(minutes)))
        .unwrap();
    let key = EventKey {
        at,
        source: source(of),
        index,
    };
    let by = match c % 5 {
        0 => Evidence::Shell,
        1 => Evidence::Unproven,
        _ => Evidence::Assumed,
    };
    Event {
        key,
        fact: fact(kind, a, b, c, minutes),
        by,
    }
}

fn fact(kind: u8, a: u8, b: u8, c: u8, minutes: u32) -> Fact {
    match kind {
        5 if b % 2 == 0 => Fact::Proposed(Box::new(Proposed {
            fact: match c % 3 {
                0 => Fact::Cancelled { invoice: claim(a) },
                _ => Fact::Issued(issued(a, b, c, minutes)),
            },
            why: Doubt::Forwarded,
        })),
        0..=5 => Fact::Issued(issued(a, b, c, minutes)),
        6..=11 => Fact::Paid(payment(a, b, c, minutes)),
        12 => Fact::Pending(payment(a, b, c, minutes)),
        13 if a % 4 == 0 => Fact::Sent(payment(a, b, c, minutes)),
        13 => Fact::Returned(payment(a, b, c, minutes)),
        14 => Fact::Credited(Credited {
            invoice: claim(a),
            new_total: (c % 3 == 0).then(|| money(b)),
            reduced_by: (c % 3 != 0).then(|| money(b)),
        }),
        15 if b % 2 == 0 => Fact::Cancelled { invoice: claim(a) },
        15 => Fact::PaidAtShop { invoice: claim(a) },
        16 => Fact::Reminded(Reminded {
            letter: letter(a),
            to: CustomerAddress::new(pick(&ADDRESSES, b)).unwrap(),
            template: "friendly".into(),
            steps: vec![Step {
                invoice: claim(c),
                level: 1 + a % 3,
            }],
            listed: Vec::new(),
            on: day(minutes),
            deadline: None,
        }),
        17 if c % 4 == 0 => Fact::Charged(Charged {
            invoice: claim(a),
            fees: Money::new(Decimal::from(b % 3), Currency::EUR),
            interest: Money::new(Decimal::new(i64::from(c), 2), Currency::EUR),
        }),
        17 if c % 4 == 1 => Fact::Rules(BookingRules {
            own_ibans: (b % 5 == 0)
                .then(|| pick(&PAYERS, a).into())
                .into_iter()
                .collect(),
            payout_payers: Vec::new(),
            write_off_limit: Decimal::new(i64::from(b % 40), 2),
            principal_first: a % 2 == 0,
        }),
        17 => Fact::Seen(Seen {
            account: (a % 4 != 0).then(|| pick(&IBANS, a).into()),
            until: day(minutes),
            statement: b % 2 == 0,
            between: None,
        }),
        18 => Fact::Told(told(a, b, c, minutes)),
        19 if b % 2 == 0 => Fact::Bounced(Bounced {
            letter: letter(a),
            address: None,
            status: Some("5.1.1".into()),
            permanent: c % 2 == 0,
            reason: "no such mailbox".into(),
        }),
        19 => Fact::Answered(Answered {
            from: CustomerAddress::new(pick(&ADDRESSES, a)).unwrap(),
            letter: (b % 3 == 1).then(|| letter(c)),
            automatic: c % 4 == 0,
            excerpt: "I paid last week".into(),
        }),
        20 => Fact::Replied {
            to: source(usize::from(a % 40)),
        },
        _ => Fact::Ordered(command(a, b, c, minutes)),
    }
}

pub(super) fn issued(a: u8, b: u8, c: u8, minutes: u32) -> Issued {
    let credit_note = c % 13 == 1;
    Issued {
        invoice: claim(a),
        invoice_number: (c % 3 == 0).then(|| format!("RE-2026-{}", 100 + u16::from(a % 6))),
        order_date: day(minutes),
        customer: Customer {
            name: CustomerName::new(pick(&NAMES, a)).ok(),
            company: None,
            address: (c % 7 != 0).then(|| CustomerAddress::new(pick(&ADDRESSES, a)).unwrap()),
            country: None,
            postcode: None,
            language: Language::De,
        },
        total: if credit_note {
            -money(a ^ (b % 2))
        } else {
            money(a ^ (b % 2))
        },
        amount_due: (b % 11 == 0).then(|| money(5)),
        method: (c % 2 == 0).then_some(PaymentMethod::Invoice),
        paid: c % 31 == 0,
        due_date: None,
        terms_days: None,
        terms: Terms {
            customer_number: (c % 5 == 0).then(|| format!("7021{}", a % 4)),
            skonto: (b % 4 == 0)
                .then(|| Skonto {
                    percent: Decimal::TWO,
                    until: day(minutes + 9_000),
                })
                .into_iter()
                .collect(),
            references: Vec::new(),
            credit_note,
        },
    }
}

pub(super) fn payment(a: u8, b: u8, c: u8, minutes: u32) -> Payment {
    let remittance = match c % 7 {
        0 => String::new(),
        1 => "danke".into(),
        2 => format!("RE {}", pick(&NUMBERS, a)),
        3 => format!("Bestellung {} und {}", pick(&NUMBERS, a), pick(&NUMBERS, b)),
        4 => format!("1024\n{}", a % 10),
        5 if b % 2 == 0 => format!("KD 7021{}", a % 4),
        5 => format!("RE-2026-{}", 100 + u16::from(a % 6)),
        _ => pick(&NUMBERS, b).into(),
    };
    Payment {
        account: pick(&IBANS, c / 128).into(),
        amount: money(a ^ (b % 2)),
        booked: (b % 3 == 0).then(|| day(minutes)),
        payer: (b % 5 != 0).then(|| pick(&NAMES, a ^ (c % 2)).to_uppercase()),
        payer_cut: b % 13 == 0,
        payer_iban: (c % 3 == 0).then(|| pick(&PAYERS, a).into()),
        payer_email: (c % 11 == 0).then(|| pick(&ADDRESSES, a).into()),
        remittance,
        references: Vec::new(),
        transaction_id: (b % 4 == 0).then(|| format!("TX0000{}", a % 8)),
        end_to_end_id: (b % 6 == 0).then(|| format!("E2E-000{}", a % 8)),
        original_transaction_id: (b % 5 == 0).then(|| format!("TX0000{}", c % 8)),
        return_reason: None,
        from_statement: c % 2 == 0,
        proposal_only: b % 29 == 0,
        charges: None,
        original_amount: None,
    }
}

fn question(a: u8, b: u8) -> QuestionId {
    match b % 6 {
        0 => QuestionId::Step(Step {
            invoice: claim(a),
            level: 1 + a % 3,
        }),
        1 => QuestionId::Old(claim(a)),
        2 => QuestionId::End(claim(a)),
        3 => QuestionId::Proposal {
            source: source(usize::from(a) % 14),
            index: u16::from(b) % 3,
        },
        _ => QuestionId::Payment {
            source: source(usize::from(a) % 14),
            index: u16::from(b) % 3,
        },
    }
}

fn told(a: u8, b: u8, c: u8, minutes: u32) -> Told {
    Told {
        digest: letter(a),
        on: day(minutes),
        forewarned: vec![Step {
            invoice: claim(b),
            level: 1,
        }],
        questions: vec![question(a, b), question(b, c), question(c, a)],
        carried: Vec::new(),
    }
}

fn command(a: u8, b: u8, c: u8, minutes: u32) -> Command {
    let invoice = claim(a);
    match b % 12 {
        0 => Command::Paid {
            invoice,
            amount: (c % 2 == 0).then(|| money(c)),
            on: day(minutes),
        },
        1 => Command::Pause {
            invoice,
            until: None,
        },
        2 => Command::Resume { invoice },
        3 => Command::Dispute {
            invoice,
            reason: "broken".into(),
        },
        4 if c % 2 == 0 => Command::Undo { invoice },
        4 => Command::Cancel { invoice },
        5 | 6 => Command::Answer {
            question: question(a, c),
            choice: Choice::Take(claim(c)),
        },
        7 => Command::Answer {
            question: question(a, c),
            choice: if a % 2 == 0 { Choice::Yes } else { Choice::No },
        },
        8 => Command::Checked { on: day(minutes) },
        9 => Command::Reply {
            digest: letter(a),
            number: (c % 4 != 0).then_some(u16::from(c % 4)),
            word: if a % 3 == 0 {
                ReplyWord::No
            } else {
                ReplyWord::Yes
            },
            take: (c % 5 == 0).then(|| pick(&NUMBERS, c).into()),
        },
        10 => Command::ByNumber {
            number: (c % 3 != 0).then(|| pick(&NUMBERS, a).into()),
            digest: Some(letter(c)),
            order: ClaimOrder::Paid {
                amount: None,
                currency: None,
                on: day(minutes),
            },
        },
        _ => {
            if a % 2 == 0 {
                Command::StopAll
            } else {
                Command::StartAll
            }
        }
    }
}
