//! Examples: `NAME.txt` holds one event a line, `NAME.ledger` the ledger that it folds to, in words.
//!
//! A line is a day, a verb and what belongs to it, `key=value` in any order, values with blanks in quotes:
//! `order N AMOUNT`, `line AMOUNT` (statement), `notice AMOUNT` (bank mail), `paypal AMOUNT`, `pending AMOUNT`,
//! `return AMOUNT`, `credit N total=|less=`, `cancelled N`, `paidatshop N`, `letter N level=`, `reply from=`,
//! `digest` (asks all open payments), `yes|no N`, `take N CLAIM`, `paid|pause|resume|cancel N`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use mahnwerk::ledger::books::{Fate, PaymentState};
use mahnwerk::ledger::{Event, Evidence, Fact, Ledger, SourceId};
use serde_json::{Value, json};

#[test]
fn examples_fold_to_what_stands_beside_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ledger/books");
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "txt"))
    {
        count += 1;
        let found = told(&std::fs::read_to_string(file).unwrap());
        let beside = file.with_extension("ledger");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&beside, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&beside).unwrap_or_default();
        if found != expected {
            wrong.push(format!(
                "{}\nexpected:\n{expected}\nfound:\n{found}",
                file.display()
            ));
        }
    }
    assert!(count > 0 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The ledger of these lines, in words.
fn told(text: &str) -> String {
    let mut ledger = Ledger::default();
    for (count, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
    {
        let event = event(count, line, &ledger);
        assert!(ledger.apply(&event), "{line}");
    }
    let mut out = String::new();
    for invoice in ledger.invoices() {
        write!(
            out,
            "{}: open {} of {}",
            invoice.key.number,
            invoice.open(),
            invoice.total
        )
        .unwrap();
        for (is, word) in [
            (invoice.cancelled.is_some(), "cancelled"),
            (invoice.paid_at_shop.is_some(), "paid at shop"),
            (invoice.paused.is_some(), "paused"),
            (
                !ledger.touching(&invoice.key).is_empty(),
                "held by a payment",
            ),
        ] {
            out.push_str(if is { ", " } else { "" });
            out.push_str(if is { word } else { "" });
        }
        out.push('\n');
        for part in &invoice.allocations {
            writeln!(out, "  {}: {}", part.amount, part.why.join("; ")).unwrap();
        }
        invoice
            .contradictions
            .iter()
            .for_each(|what| writeln!(out, "  contradiction: {what}").unwrap());
    }
    for (address, customer) in ledger.customers() {
        for credit in customer.credit.iter().filter(|credit| !credit.is_zero()) {
            writeln!(out, "{address}: credit {credit}").unwrap();
        }
        if customer.answered.is_some() {
            writeln!(out, "{address}: has answered").unwrap();
        }
    }
    ledger
        .payments()
        .for_each(|state| out.push_str(&fate(state)));
    for event in ledger.unanswered() {
        writeln!(
            out,
            "to be answered: {}",
            ledger.remark(&event.key).unwrap_or("received")
        )
        .unwrap();
    }
    out
}

fn fate(state: &PaymentState) -> String {
    let day = state.key.at.to_string();
    let words = match &state.fate {
        Fate::Booked(_) => "booked".to_owned(),
        Fate::Short(_) => format!("booked; {}", state.rest.as_ref().unwrap().in_words().en),
        Fate::Reopened(_) => "opened its claims again, and asks".into(),
        Fate::Duplicate(other) => format!("the same as that of {}", &other.at.to_string()[..10]),
        Fate::Asked(claims) => format!("asks about {}", numbers(claims)),
        Fate::Announced(claims) => format!("announced, holds {}", numbers(claims)),
        Fate::Waiting => "waits".into(),
        Fate::Ignored(why) => format!("ignored: {why}"),
    };
    format!("{} {}: {words}\n", &day[..10], state.payment.amount)
}

fn numbers(claims: &[mahnwerk::ledger::InvoiceKey]) -> String {
    if claims.is_empty() {
        return "nothing".into();
    }
    claims
        .iter()
        .map(|claim| claim.number.clone())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Words and `key=value` pairs of a line; quotes hold blanks together, `\n` is a line break.
fn split(line: &str) -> (Vec<String>, BTreeMap<String, String>) {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => parts.push(String::new()),
            c => parts.last_mut().unwrap().push(c),
        }
    }
    let (pairs, words): (Vec<_>, Vec<_>) = parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .partition(|p| p.contains('='));
    let pairs = pairs.iter().map(|pair| pair.split_once('=').unwrap());
    (
        words,
        pairs
            .map(|(key, value)| (key.into(), value.replace("\\n", "\n")))
            .collect(),
    )
}

fn event(count: usize, line: &str, ledger: &Ledger) -> Event {
    let (words, pairs) = split(line);
    let at = format!("{}T08:{:02}:00Z", words[0], count % 60);
    let source = SourceId::of(pairs.get("source").unwrap_or(&count.to_string()).as_bytes());
    let fact: Fact = serde_json::from_value(fact(&words, &pairs, ledger))
        .unwrap_or_else(|why| panic!("{line}: {why}"));
    serde_json::from_value(json!({
        "key": {"at": at, "source": source, "index": count},
        "fact": fact,
        "by": Evidence::Assumed,
    }))
    .unwrap()
}

fn fact(words: &[String], pairs: &BTreeMap<String, String>, ledger: &Ledger) -> Value {
    let get = |key: &str| pairs.get(key).map_or(Value::Null, |value| json!(value));
    let number = words.get(2).cloned().unwrap_or_default();
    let claim = json!({"shop": "shop", "number": number});
    let day = &words[0];
    let order = |mut order: Value| {
        order["invoice"] = claim.clone();
        json!({"ordered": order})
    };
    match words[1].as_str() {
        "order" => json!({"issued": {
            "invoice": claim, "invoice_number": get("invoice"), "order_date": day, "total": words[3],
            "customer": {"name": get("name"), "address": get("email"), "language": "de"},
            "amount_due": get("due"),
        }}),
        "line" | "notice" | "paypal" => json!({"paid": payment(words, pairs)}),
        "pending" => json!({"pending": payment(words, pairs)}),
        "return" => json!({"returned": payment(words, pairs)}),
        "credit" => {
            json!({"credited": {"invoice": claim, "new_total": get("total"), "reduced_by": get("less")}})
        }
        "cancelled" => json!({"cancelled": {"invoice": claim}}),
        "paidatshop" => json!({"paid_at_shop": {"invoice": claim}}),
        "reply" => {
            json!({"answered": {"from": get("from"), "letter": null, "automatic": false, "excerpt": "hello"}})
        }
        "digest" => json!({"told": {
            "digest": SourceId::of(b"digest"), "on": day, "forewarned": [],
            "questions": ledger.open_payments()
                .map(|state| json!({"payment": {"source": state.key.source, "index": state.key.index}}))
                .collect::<Vec<_>>(),
        }}),
        "yes" | "no" | "take" => json!({"ordered": {
            "do": "reply", "digest": SourceId::of(b"digest"), "number": number.parse::<u16>().unwrap(),
            "word": if words[1] == "no" { "no" } else { "yes" }, "take": words.get(3),
        }}),
        "paid" => order(json!({"do": "paid", "amount": get("amount"), "on": day})),
        "pause" => order(json!({"do": "pause", "until": null})),
        "resume" => order(json!({"do": "resume"})),
        "cancel" => order(json!({"do": "cancel"})),
        other => panic!("no verb `{other}`"),
    }
}

fn payment(words: &[String], pairs: &BTreeMap<String, String>) -> Value {
    let get = |key: &str| pairs.get(key).map_or(Value::Null, |value| json!(value));
    json!({
        "account": if words[1] == "paypal" || words[1] == "pending" { "paypal" } else { "DE02120300000000202051" },
        "amount": words[2], "booked": words[0], "payer": get("payer"), "payer_cut": pairs.contains_key("cut"),
        "payer_iban": get("iban"), "payer_email": get("email"), "remittance": pairs.get("text").cloned().unwrap_or_default(),
        "references": pairs.get("ref").into_iter().collect::<Vec<_>>(),
        "transaction_id": get("id"), "end_to_end_id": get("e2e"), "original_transaction_id": get("of"),
        "from_statement": words[1] == "line" || words[1] == "return",
    })
}
