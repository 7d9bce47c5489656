//! Mails of shops and banks, compared field by field: nothing may be wrong in all of them, and of the systems and banks
//! that are read every field must be right.

use std::fs;
use std::path::{Path, PathBuf};

use mahnwerk::ledger::SealKey;
use mahnwerk::mail::{RawMail, Recipe, Trust, read};
use serde_json::Value;

use super::folder;

/// The receiving servers of the corpus.
const HOSTS: [&str; 4] = [
    "mx.hosting-nord.example",
    "mx.google.com",
    "www12.webspace.example",
    "mx.mailhost.example",
];
/// The systems whose every field is right.
const READ: [&str; 22] = [
    "magento2",
    "magento1",
    "gambio",
    "modified",
    "oxid",
    "prestashop",
    "opencart",
    "odoo",
    "saleor",
    "solidus",
    "vendure",
    "sylius",
    "ebay",
    "etsy",
    "amazon",
    "shopware6",
    "shopware5",
    "woocommerce",
    "jtl",
    "shopify",
    "jsonld",
    "microdata",
];
const ORDER: [&str; 14] = [
    "order_number",
    "invoice_number",
    "order_date",
    "customer_name",
    "customer_email",
    "company",
    "billing_country",
    "total",
    "amount_due",
    "currency",
    "payment_method",
    "paid",
    "due_date",
    "payment_terms_days",
];
const CHANGE: [&str; 3] = ["order_number", "partial", "refund_amount"];
const PAID: [&str; 4] = ["order_number", "total", "currency", "paid"];
const PAYMENT: [&str; 11] = [
    "amount",
    "currency",
    "booking_date",
    "payer_name",
    "payer_iban",
    "payer_email",
    "remittance",
    "transaction_id",
    "end_to_end_id",
    "original_transaction_id",
    "return_reason",
];

/// Name, expected and read, of every mail of a folder.
fn readings(folder: &Path) -> Vec<(String, Value, Value)> {
    let files: Vec<_> = Recipe::shipped()
        .iter()
        .map(|(name, text)| (name.to_string(), text.to_string()))
        .collect();
    let recipes = Recipe::compile(&files).unwrap();
    let hosts = HOSTS.iter().map(|host| (*host).to_owned()).collect();
    let trust = Trust {
        assume: true,
        hosts,
        ..Trust::default()
    };
    let key = SealKey::new(&[0; 32]).unwrap();
    let mut mails: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    mails.retain(|path| path.extension().is_some_and(|ending| ending == "eml"));
    mails.sort();
    let one = |path: &PathBuf| {
        let want = serde_json::from_str(&fs::read_to_string(path.with_extension("json")).unwrap())
            .unwrap();
        let mail = RawMail {
            bytes: fs::read(path).unwrap(),
            received: jiff::Timestamp::UNIX_EPOCH,
        };
        let got = serde_json::to_value(read(&mail, &recipes, &trust, &key).shown()).unwrap();
        (
            path.file_stem().unwrap().to_string_lossy().into_owned(),
            want,
            got,
        )
    };
    mails.iter().map(one).collect()
}

fn empty(value: &Value) -> bool {
    value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty)
}

fn same(field: &str, want: &Value, got: &Value) -> bool {
    let amount = |value: &Value| {
        value
            .as_str()
            .and_then(|text| text.parse::<rust_decimal::Decimal>().ok())
    };
    if let (Some(want), Some(got)) = (amount(want), amount(got))
        && ["total", "amount", "amount_due", "refund_amount"].contains(&field)
    {
        return want == got;
    }
    let plain = |value: &Value| {
        let blank = if field == "remittance" || field.contains("iban") {
            ""
        } else {
            " "
        };
        value.as_str().map(|text| {
            text.split_whitespace()
                .collect::<Vec<_>>()
                .join(blank)
                .to_lowercase()
        })
    };
    match (plain(want), plain(got)) {
        (Some(want), Some(got)) => want == got,
        _ => want == got,
    }
}

/// Lines `name: field wrong|missing: ...`.
fn compare(name: &str, want: &Value, got: &Value) -> Vec<String> {
    let mut log = Vec::new();
    let mut field = |what: &str, w: &Value, g: &Value| {
        let both_empty = empty(w) && empty(g);
        if !both_empty && !same(what, w, g) {
            let verdict = if empty(g) { "missing" } else { "wrong" };
            log.push(format!("{name}: {what} {verdict}: want {w}, got {g}"));
        }
    };
    let (kind, seen) = (
        want["kind"].as_str().unwrap(),
        got["kind"].as_str().unwrap(),
    );
    let claim = |kind: &str| ["order", "invoice"].contains(&kind);
    if kind != seen && !(claim(kind) && claim(seen)) {
        let careful = ["none", "order_incomplete"].contains(&seen) && kind != "none";
        field(
            "kind",
            &want["kind"],
            if careful { &Value::Null } else { &got["kind"] },
        );
    } else if want.get("transactions").is_none()
        && !empty(&want["kind"])
        && kind != "none"
        && kind != "bounce"
    {
        let fields: &[&str] = match kind {
            "payment_received" => &PAID,
            "cancellation" | "refund" => &CHANGE,
            _ => &ORDER,
        };
        for f in fields.iter().filter(|f| want.get(**f).is_some()) {
            field(f, &want[*f], &got["order"][*f]);
        }
    }
    if kind == "bounce" {
        field(
            "failed_recipient",
            &want["failed_recipient"],
            &got["failed_recipient"],
        );
    }
    let none = Vec::new();
    let money = |value: &Value| {
        ["payment_received", "payment_returned", "payment_pending"]
            .iter()
            .any(|k| value["kind"] == **k)
    };
    let wanted: Vec<_> = want["transactions"]
        .as_array()
        .unwrap_or(&none)
        .iter()
        .filter(|t| money(t))
        .collect();
    let found = got["payments"].as_array().unwrap_or(&none);
    for (i, w) in wanted.iter().enumerate() {
        let g = found.get(i).unwrap_or(&Value::Null);
        for f in PAYMENT
            .iter()
            .chain(&["kind"])
            .filter(|f| w.get(**f).is_some())
        {
            field(f, &w[*f], &g[*f]);
        }
    }
    let shop_paid = kind == "payment_received" && want.get("transactions").is_none();
    if found.len() > wanted.len() && !(shop_paid && found.len() == 1) {
        log.push(format!(
            "{name}: payments wrong: {} too many",
            found.len() - wanted.len()
        ));
    }
    log
}

#[test]
fn nothing_is_wrong_and_what_is_read_is_right() {
    for name in ["orders", "bank"] {
        let Some(folder) = folder(name) else { continue };
        let readings = readings(&folder);
        assert!(
            readings.len() > 80,
            "{} holds {} mails",
            folder.display(),
            readings.len()
        );
        let mut bad = Vec::new();
        for (mail, want, got) in &readings {
            let system = want["shop_system"].as_str().unwrap_or_default();
            let must = match name {
                "bank" => !mail.starts_with("de-csv-") && !mail.starts_with("de-mt940-"),
                _ => READ.contains(&system),
            };
            bad.extend(
                compare(mail, want, got)
                    .into_iter()
                    .filter(|line| must || line.contains(" wrong: ")),
            );
        }
        assert!(bad.is_empty(), "{}", bad.join("\n"));
    }
}
