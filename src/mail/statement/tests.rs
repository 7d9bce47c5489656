//! Statements in full, from XML to facts: direction, status, account, identity, limits.

#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::ledger::{Evidence, Fact};
use crate::mail::trust::OwnAccount;
use crate::mail::{Outcome, Reading, Trust};

fn file(message: &str, entries: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='UTF-8'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><{message}>\
         <Id>1</Id><CreDtTm>2026-03-05T06:00:00+01:00</CreDtTm><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>\
         <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Dt><Dt>2026-03-04</Dt></Dt></Bal>{entries}</{message}></Document>"
    )
    .replace("<Stmt>", "<BkToCstmrStmt><Stmt>")
    .replace("</Stmt>", "</Stmt></BkToCstmrStmt>")
}

fn entry(amount: &str, direction: &str, status: &str, more: &str, detail: &str) -> String {
    format!(
        "<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>\
         <BookgDt><Dt>2026-03-04</Dt></BookgDt><AcctSvcrRef>REF1</AcctSvcrRef>{more}<NtryDtls><TxDtls>{detail}</TxDtls></NtryDtls></Ntry>"
    )
}

fn payer(name: &str, purpose: &str) -> String {
    format!(
        "<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr>\
         <DbtrAcct><Id><IBAN>DE02 1203 0000 0000 2020 51</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>{purpose}</Ustrd></RmtInf>"
    )
}

fn taken(xml: &str) -> Reading {
    let trust = Trust {
        accounts: vec![OwnAccount {
            id: "DE89370400440532013000".into(),
            senders: vec![],
            address: None,
        }],
        ..Trust::default()
    };
    let received = "2026-03-05T08:00:00Z".parse().unwrap();
    read_file(xml.as_bytes(), received, &trust).unwrap()
}

fn facts(xml: &str) -> Vec<Fact> {
    taken(xml).events.into_iter().map(|e| e.fact).collect()
}

#[test]
fn a_credit_becomes_a_payment_with_payer_purpose_and_account() {
    let xml = file(
        "Stmt",
        &entry(
            "49.90",
            "CRDT",
            "BOOK",
            "",
            &payer("Anna Bauer", "Rechnung 10247"),
        ),
    );
    let reading = taken(&xml);
    assert_eq!(reading.outcome, Outcome::Booked, "{}", reading.reason);
    let Fact::Paid(paid) = &reading.events[0].fact else {
        panic!("{:?}", reading.events)
    };
    assert_eq!(paid.amount.to_string(), "49.90 EUR");
    assert_eq!(paid.account, "DE89370400440532013000");
    assert_eq!(paid.payer.as_deref(), Some("Anna Bauer"));
    assert_eq!(paid.payer_iban.as_deref(), Some("DE02120300000000202051"));
    assert_eq!(paid.remittance, "Rechnung 10247");
    assert_eq!(
        (
            paid.end_to_end_id.as_deref(),
            paid.transaction_id.as_deref()
        ),
        (None, Some("REF1"))
    );
    assert!(paid.from_statement && !paid.proposal_only);
    let Fact::Seen(seen) = &reading.events[1].fact else {
        panic!("{:?}", reading.events)
    };
    assert_eq!(
        (seen.until.to_string(), seen.statement),
        ("2026-03-04".into(), true)
    );
    assert_eq!(reading.events[0].by, Evidence::File);
}

#[test]
fn the_same_statement_gives_the_same_identities_whoever_brings_it() {
    let xml = file(
        "Stmt",
        &entry("49.90", "CRDT", "BOOK", "", &payer("Anna Bauer", "10247")),
    );
    let keys = |reading: Reading| {
        reading
            .events
            .iter()
            .map(|e| (e.key.source, e.key.index))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(taken(&xml)),
        [
            (SourceId::of(xml.as_bytes()), 0),
            (SourceId::of(xml.as_bytes()), 1)
        ]
    );
}

#[test]
fn direction_and_status_decide_what_is_money() {
    let of = |amount, direction, status, more, detail: &str| {
        facts(&file(
            "Stmt",
            &entry(amount, direction, status, more, detail),
        ))
    };
    let someone = payer("Anna Bauer", "10247");
    assert!(matches!(
        &of("5.00", "CRDT", "PDNG", "", &someone)[0],
        Fact::Pending(_)
    ));
    assert!(matches!(
        &of("5.00", "CRDT", "INFO", "", &someone)[0],
        Fact::Pending(_)
    ));
    assert!(matches!(
        &of("5.00", "DBIT", "BOOK", "", &someone)[0],
        Fact::Seen(_)
    ));
    assert!(matches!(
        &of("5.00", "DBIT", "BOOK", "<RvslInd>true</RvslInd>", &someone)[0],
        Fact::Returned(_)
    ));
    assert!(matches!(
        &of("5.00", "CRDT", "BOOK", "<RvslInd>true</RvslInd>", &someone)[0],
        Fact::Seen(_)
    ));
    assert!(matches!(
        &of("0.00", "CRDT", "BOOK", "", &someone)[0],
        Fact::Seen(_)
    ));
    let back = format!(
        "<AmtDtls><InstdAmt><Amt Ccy='EUR'>54.90</Amt></InstdAmt></AmtDtls>{someone}<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    );
    let Fact::Returned(back) = &of("57.90", "DBIT", "BOOK", "", &back)[0] else {
        panic!()
    };
    assert_eq!(back.amount.to_string(), "54.90 EUR");
    assert_eq!(back.return_reason.as_deref(), Some("AC04"));
    assert_eq!(back.payer.as_deref(), Some("Anna Bauer"));
}

#[test]
fn a_batch_whose_details_do_not_add_up_is_only_proposed() {
    let two = |a: &str, b: &str| {
        let detail = |x: &str| format!("<Amt Ccy='EUR'>{x}</Amt>{}", payer("Anna", "1"));
        let both = format!("{}</TxDtls><TxDtls>{}", detail(a), detail(b));
        facts(&file("Stmt", &entry("30.00", "CRDT", "BOOK", "", &both)))
    };
    let proposals = |facts: Vec<Fact>| {
        facts
            .iter()
            .map(|f| matches!(f, Fact::Paid(p) if p.proposal_only))
            .collect::<Vec<_>>()
    };
    assert_eq!(proposals(two("10.00", "20.00")), [false, false, false]);
    assert_eq!(proposals(two("10.00", "10.00")), [true, true, false]);
}

#[test]
fn an_intraday_report_is_a_notice_and_no_proof_of_completeness() {
    let xml = file(
        "Stmt",
        &entry("49.90", "CRDT", "BOOK", "", &payer("Anna", "1")),
    )
    .replace("BkToCstmrStmt", "BkToCstmrAcctRpt")
    .replace("<Stmt>", "<Rpt>")
    .replace("</Stmt>", "</Rpt>");
    let facts = facts(&xml);
    assert_eq!(facts.len(), 1);
    assert!(matches!(&facts[0], Fact::Paid(paid) if !paid.from_statement));
}

#[test]
fn a_foreign_account_and_a_broken_file_give_no_facts() {
    let xml = file(
        "Stmt",
        &entry("49.90", "CRDT", "BOOK", "", &payer("Anna", "1")),
    );
    let foreign = taken(&xml.replace("DE89370400440532013000", "DE02120300000000202051"));
    assert_eq!(
        (foreign.outcome, foreign.events.len()),
        (Outcome::Review, 0)
    );
    assert!(
        foreign.reason.contains("another account"),
        "{}",
        foreign.reason
    );
    for broken in [
        xml.replace("CRDT", "BOTH"),
        xml.replace(" Ccy='EUR'", ""),
        xml.replace("49.90", "-49.90"),
        xml.replace("49.90", "1e3"),
        xml.replace(
            "<Document",
            "<!DOCTYPE Document [<!ENTITY x SYSTEM 'file:///x'>]><Document",
        ),
        xml.replace("</Ntry>", ""),
    ] {
        let reading = taken(&broken);
        assert_eq!(
            (reading.outcome, reading.events.len()),
            (Outcome::Error, 0),
            "{broken}"
        );
    }
}

#[test]
fn ten_thousand_lines_are_read_at_once() {
    let one = "<Ntry><Amt Ccy='EUR'>49.90</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-04</Dt></BookgDt><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Anna Bauer</Nm></Dbtr></RltdPties><RmtInf><Ustrd>Rechnung 10247</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>";
    let xml = file("Stmt", &one.repeat(10_000));
    assert_eq!(facts(&xml).len(), 10_001);
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(bytes: Vec<u8>, at in 0usize..2000, noise: Vec<u8>) {
        let received = "2026-03-05T08:00:00Z".parse().unwrap();
        let _ = read_file(&bytes, received, &Trust::default());
        let mut xml = file("Stmt", &entry("49.90", "CRDT", "BOOK", "", &payer("Anna", "1"))).into_bytes();
        let at = at.min(xml.len());
        xml.splice(at..at, noise);
        let _ = read_file(&xml, received, &Trust::default());
    }
}
