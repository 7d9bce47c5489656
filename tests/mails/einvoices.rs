//! E-invoices as pairs: `X.xml` is an invoice of invented people, `X.json` what is to be read from it when it lies
//! alone. `BLESS=1` writes the expectations anew. Each is also read out of PDF files of every kind.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use mahnwerk::ledger::CustomerAddress;
use mahnwerk::mail::trust::{OwnAccount, OwnName, ShopSender};
use mahnwerk::mail::{Outcome, Reading, Trust, read_file};
use proptest::prelude::*;
use serde_json::{Value, json};

#[path = "pdf_writer.rs"]
mod pdf_writer;
use pdf_writer::{SOUND, Way, pdf};

/// The merchant of the pairs.
fn trust() -> Trust {
    Trust {
        shops: vec![ShopSender {
            shop: "hofladen".into(),
            senders: vec![CustomerAddress::new("rechnung@hofladen.example").unwrap()],
            system: None,
            default_method: None,
        }],
        accounts: vec![OwnAccount {
            id: "DE02120300000000202051".into(),
            senders: Vec::new(),
            address: None,
        }],
        names: vec![OwnName {
            name: "Hofladen Wiesental GmbH".into(),
            shop: None,
        }],
        ..Trust::default()
    }
}

fn read(bytes: &[u8]) -> Reading {
    read_file(bytes, "2026-03-05T09:00:00Z".parse().unwrap(), &trust())
}

fn files() -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = super::root().join("einvoices");
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let xml = paths.filter(|path| path.extension().is_some_and(|ending| ending == "xml"));
    xml.map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

/// What a pair expects: every value that is there, and what became of it.
fn expectation(reading: &Reading) -> Value {
    let shown = serde_json::to_value(reading.shown()).unwrap();
    let filled = |value: &Value| {
        let all = value.as_object().cloned().unwrap_or_default().into_iter();
        let some = |value: &Value| !value.is_null() && value != &json!([]);
        Value::Object(all.filter(|(_, value)| some(value)).collect())
    };
    let facts: Vec<Value> = reading
        .events
        .iter()
        .map(|event| serde_json::to_value(&event.fact).unwrap())
        .collect();
    json!({
        "outcome": shown["outcome"],
        "reason": shown["reason"],
        "invoice": filled(&shown["invoice"]),
        "facts": facts,
    })
}

#[test]
fn every_pair_is_read_as_expected() {
    let files = files();
    assert!(files.len() >= 20, "the pairs are gone");
    let mut wrong = Vec::new();
    for (path, bytes) in files {
        let got = serde_json::to_string_pretty(&expectation(&read(&bytes))).unwrap() + "\n";
        let pair = path.with_extension("json");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&pair, &got).unwrap();
        } else if fs::read_to_string(&pair).unwrap_or_default() != got {
            wrong.push(format!("{}: read as\n{got}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_xml_is_found_in_pdfs_of_every_kind() {
    let names = [
        "factur-x.xml",
        "ZUGFeRD-invoice.xml",
        "xrechnung.xml",
        "rechnung.XML",
    ];
    for (path, bytes) in files()
        .into_iter()
        .filter(|(path, _)| !path.ends_with("mit-doctype.xml"))
    {
        let alone = expectation(&read(&bytes))["invoice"].clone();
        for way in SOUND {
            for name in names {
                let got = expectation(&read(&pdf(&bytes, name, way)))["invoice"].clone();
                assert_eq!(got, alone, "{} as {name} in {way:?}", path.display());
            }
        }
    }
}

/// A mail with a file attached to it: the mail itself becomes the first part.
fn with_attachment(mail: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let (head, body) = mail.split_once("\n\n").unwrap();
    let (mut outer, mut inner, mut own) = (String::new(), String::new(), false);
    for line in head.lines() {
        own = match line.starts_with([' ', '\t']) {
            true => own,
            false => line.to_lowercase().starts_with("content-t"),
        };
        let place = if own { &mut inner } else { &mut outer };
        place.push_str(line);
        place.push('\n');
    }
    let hex: String = bytes.iter().map(|byte| format!("={byte:02X}")).collect();
    let hex: Vec<String> = hex
        .as_bytes()
        .chunks(72)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    let hex = hex.join("=\n");
    format!(
        "{outer}Content-Type: multipart/mixed; boundary=\"aussen\"\n\n--aussen\n{inner}\n{body}\n--aussen\n\
         Content-Type: application/octet-stream; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\n\
         Content-Transfer-Encoding: quoted-printable\n\n{hex}\n--aussen--\n"
    )
    .into_bytes()
}

fn fixture(name: &str) -> String {
    fs::read_to_string(super::root().join(name)).unwrap()
}

/// An invoice over this total, due on 20 November 2026.
fn over(total: &str) -> String {
    let due = "<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format=\"102\">20261120\
               </udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>\n      <ram:SpecifiedTradeSettlementHeader";
    fixture("einvoices/cii-minimum.xml")
        .replace("100.00", total)
        .replace(">5.50<", ">0.00<")
        .replace("105.50", total)
        .replace("85.50", total)
        .replace("20260302", "20261106")
        .replacen("<ram:SpecifiedTradeSettlementHeader", due, 1)
}

#[test]
fn an_attached_invoice_completes_the_order_of_the_mail() {
    let (recipes, trust) = (super::recipes(), super::assumed());
    let mail = fixture("shopware6/netto-geschaeftskunde.eml");
    let plain = super::read_one(mail.clone().into_bytes(), &recipes, &trust);
    let order = plain.order.unwrap();
    let total = order.total.unwrap().amount.to_string();
    for (name, file) in [
        ("rechnung.xml", over(&total).into_bytes()),
        (
            "rechnung.pdf",
            pdf(over(&total).as_bytes(), "factur-x.xml", Way::ObjectStream),
        ),
    ] {
        let reading = super::read_one(with_attachment(&mail, name, &file), &recipes, &trust);
        assert_eq!(reading.outcome, Outcome::Booked, "{}", reading.reason);
        let complete = reading.order.unwrap();
        assert_eq!(complete.invoice_number.as_deref(), Some("FX-26-31"));
        assert_eq!(complete.due_date.unwrap().to_string(), "2026-11-20");
        assert_eq!(
            (complete.order_number, complete.order_date),
            (order.order_number.clone(), order.order_date)
        );
        let fact = serde_json::to_value(&reading.events[0].fact).unwrap();
        assert_eq!(
            fact["issued"]["order_date"], "2026-11-06",
            "the invoice's date counts"
        );
    }
    let other = with_attachment(&mail, "rechnung.xml", over("1.00").as_bytes());
    let reading = super::read_one(other, &recipes, &trust);
    assert_eq!(reading.outcome, Outcome::Review);
    assert!(
        reading.reason.contains("its e-invoice 1.00 EUR"),
        "{}",
        reading.reason
    );
    // Any other file changes nothing.
    let other = with_attachment(&mail, "agb.pdf", b"%PDF-1.4\n%%EOF");
    assert_eq!(super::read_one(other, &recipes, &trust).order, Some(order));
}

#[test]
fn a_listed_senders_invoice_speaks_for_itself() {
    let recipes = super::recipes();
    let mail = |from: &str| {
        format!(
            "Authentication-Results: mx.haus.example; dkim=pass header.d={domain}\nFrom: Buchhaltung <{from}>\n\
             To: kundin@post.example\nSubject: Unser Beleg\nDate: Thu, 05 Mar 2026 10:00:00 +0100\n\
             Message-ID: <1@{domain}>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nAnbei unser Beleg.\n",
            domain = from.split('@').next_back().unwrap(),
        )
    };
    let trust = Trust {
        hosts: vec!["mx.haus.example".into()],
        ..trust()
    };
    let read = |from: &str, file: &str| {
        let xml = fixture(&format!("einvoices/{file}"));
        let raw = with_attachment(&mail(from), "beleg.xml", xml.as_bytes());
        super::read_one(raw, &recipes, &trust)
    };
    let ours = "rechnung@hofladen.example";
    let reading = read(ours, "ubl-rechnung.xml");
    assert_eq!(reading.outcome, Outcome::Booked, "{}", reading.reason);
    let order = reading.order.unwrap();
    assert_eq!(order.invoice_number.as_deref(), Some("HW-2026-0117"));
    assert_eq!(
        order.customer_email.as_deref(),
        Some("kundin@post.example"),
        "to whom it was sent"
    );
    assert_eq!(reading.events.len(), 1);
    for (from, file, outcome) in [
        (ours, "ubl-gutschrift.xml", Outcome::Booked),
        (ours, "ubl-summen-falsch.xml", Outcome::Review),
        (ours, "ubl-fattura.xml", Outcome::Review),
        (ours, "lieferant.xml", Outcome::Ignored),
    ] {
        let reading = read(from, file);
        assert_eq!(
            reading.outcome, outcome,
            "{from} {file}: {}",
            reading.reason
        );
        assert_eq!(
            reading.events.is_empty(),
            outcome != Outcome::Booked,
            "{from} {file}"
        );
    }
}

#[test]
fn a_strangers_invoice_is_no_claim() {
    let trust = Trust {
        hosts: vec!["mx.haus.example".into()],
        ..trust()
    };
    for file in ["lieferant.xml", "ubl-rechnung.xml"] {
        let xml = fixture(&format!("einvoices/{file}"));
        let mail = "From: x@woanders.example\nTo: y@post.example\nSubject: Beleg\nDate: Thu, 05 Mar 2026 10:00:00 +0100\n\
                    Message-ID: <1@woanders.example>\nMIME-Version: 1.0\nContent-Type: text/plain\n\nAnbei.\n";
        let raw = with_attachment(mail, "beleg.xml", xml.as_bytes());
        let reading = super::read_one(raw, &super::recipes(), &trust);
        let facts = serde_json::to_string(&reading.events).unwrap();
        assert!(
            reading.order.is_none() && !facts.contains("issued"),
            "{file}: {facts}"
        );
    }
}

#[test]
fn what_could_harm_is_refused_with_a_reason() {
    let xml = files().into_values().next().unwrap();
    let started = Instant::now();
    for (way, why) in [
        (Way::Encrypted, "encrypted"),
        (Way::Bomb, "unpacks to more"),
        (Way::ObjectStreamBomb, "unpacks to more"),
        (Way::Two, "several different"),
    ] {
        let reading = read(&pdf(&xml, "factur-x.xml", way));
        assert_eq!(reading.invoice, None, "{way:?}");
        assert!(reading.reason.contains(why), "{way:?}: {}", reading.reason);
        assert!(reading.events.is_empty());
    }
    let deep = format!("%PDF-1.4\n1 0 obj\n{}\nendobj\n", "[".repeat(1_000_000));
    let dicts = format!("%PDF-1.4\n1 0 obj\n{}\nendobj\n", "<</A ".repeat(1_000_000));
    let streams = format!(
        "%PDF-1.4\n{}",
        "1 0 obj <</Length 2 0 R>> stream\n".repeat(100_000)
    );
    let large = [b"%PDF-1.4\n".to_vec(), vec![b'x'; 6_000_000]].concat();
    for odd in [
        deep.as_bytes(),
        dicts.as_bytes(),
        streams.as_bytes(),
        &large,
    ] {
        assert_eq!(read(odd).invoice, None);
    }
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn a_cut_file_says_nothing_else() {
    for (path, bytes) in files().into_iter().step_by(4) {
        let whole = read(&bytes).invoice;
        for end in (0..bytes.len()).step_by(97) {
            assert_eq!(
                read(&bytes[..end]).invoice,
                None,
                "{} cut at {end}",
                path.display()
            );
        }
        let file = pdf(&bytes, "factur-x.xml", Way::Table);
        for end in (0..file.len()).step_by(61) {
            let cut = read(&file[..end]).invoice;
            assert!(
                cut.is_none() || cut == whole,
                "{} cut at {end} in a PDF",
                path.display()
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_give_a_reading(noise in proptest::collection::vec(any::<u8>(), 0..400), at in 0usize..4000, way in 0usize..8) {
        let xml = files().into_values().nth(at % 20).unwrap();
        let mut file = pdf(&xml, "factur-x.xml", SOUND[way]);
        let at = at % file.len();
        file.splice(at..at, noise.iter().copied());
        let _ = read(&file);
        let mut text = xml;
        let at = at % text.len();
        text.splice(at..at, noise);
        let _ = read(&text);
    }

    /// An amount that is read stands literally in the file; nothing is added up, guessed or rounded.
    #[test]
    fn what_is_read_stands_in_the_file(cents in 1u32..90_000_000) {
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let xml = String::from_utf8(fs::read(super::root().join("einvoices/cii-minimum.xml")).unwrap()).unwrap();
        let xml = xml.replace("85.50", &amount);
        let read = read(xml.as_bytes()).invoice.unwrap();
        prop_assert_eq!(read.amount_due.unwrap().to_string(), amount);
        prop_assert_eq!(read.total_gross.unwrap().to_string(), "105.50");
    }

    #[test]
    fn terms_of_any_words_end(words in "[a-zA-ZäöüÄÖÜß0-9 .,;:%/#()€\\n-]{0,200}") {
        let xml = String::from_utf8(fs::read(super::root().join("einvoices/ubl-rechnung.xml")).unwrap()).unwrap();
        let xml = xml.replace("10 Tage 3 % Skonto, 30 Tage netto", &words);
        let read = read(xml.as_bytes()).invoice.unwrap();
        let issued = read.issue_date.unwrap();
        prop_assert!(read.due_date_effective.is_none_or(|due| due >= issued));
        prop_assert!(read.skonto.iter().all(|step| step.until.is_some_and(|until| until >= issued)));
    }
}
