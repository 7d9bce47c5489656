//! From the tree of a camt file to statements and their lines (ISO 20022 camt.052, .053, .054; versions 2 to 13 differ
//! in where a party's name, a status and an IBAN stand, and in nothing else that matters here).

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Class, Line, MAX_FILE, Statement, meant};
use crate::ledger::event::Balance;
use crate::ledger::{Currency, Money};
use crate::mail::parts::clean;
use crate::mail::xml::{self, Node};

/// The entries of one statement, read while the file is.
#[derive(Default)]
struct Body {
    lines: Vec<Line>,
    moved: Option<Decimal>,
}

/// All statements of a file, or why it is not camt or says nothing that could be believed.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Statement>, String> {
    let mut bodies: Vec<Body> = Vec::new();
    let (mut lines, mut moved) = (Vec::new(), Some(Decimal::ZERO));
    // An entry is read where it ends and not kept: a year of them would not fit into memory as a tree.
    let root = xml::parse_taking(bytes, MAX_FILE, &mut |parent, node| {
        match (&*node.name, parent) {
            ("Ntry", "Stmt" | "Rpt" | "Ntfctn") => {
                let booked = take_entry(&node, &mut lines)?;
                moved = moved.and_then(|sum: Decimal| sum.checked_add(booked));
                return Ok(None);
            }
            ("Stmt" | "Rpt" | "Ntfctn", _) => bodies.push(Body {
                lines: std::mem::take(&mut lines),
                moved: moved.replace(Decimal::ZERO),
            }),
            _ => {}
        }
        Ok(Some(node))
    })?;
    statements(&root, bodies)
}

fn statements(root: &Node, bodies: Vec<Body>) -> Result<Vec<Statement>, String> {
    let kinds = [
        ("BkToCstmrStmt", "Stmt", "camt.053"),
        ("BkToCstmrAcctRpt", "Rpt", "camt.052"),
        ("BkToCstmrDbtCdtNtfctn", "Ntfctn", "camt.054"),
    ];
    for (message, name, format) in kinds {
        let inside = match &*root.name {
            "Document" => root.child(message),
            own if own == message => Some(root),
            _ => None,
        };
        if let Some(inside) = inside {
            let all: Vec<&Node> = inside.all(name).collect();
            if all.is_empty() {
                return Err(format!("the file has no {name}"));
            }
            if all.len() != bodies.len() {
                return Err("statements stand where none belong".into());
            }
            let pairs = all.into_iter().zip(bodies);
            return pairs
                .map(|(node, body)| statement(node, format, body))
                .collect();
        }
    }
    Err("the file is not a camt.052, camt.053 or camt.054".into())
}

fn statement(node: &Node, format: &str, body: Body) -> Result<Statement, String> {
    let complete = format == "camt.053";
    let Body { lines, moved } = body;
    if lines.len() > usize::from(u16::MAX) - 1 {
        return Err("a statement has more than 65,000 lines".into());
    }
    let mut statement = Statement {
        account: iban(node.at(&["Acct", "Id"])),
        account_text: account_text(node),
        owner: text(node, &["Acct", "Ownr", "Nm"])
            .or_else(|| text(node, &["Acct", "Ownr", "Pty", "Nm"])),
        until: if complete { until(node) } else { None },
        complete,
        opening: if complete {
            balance(node, &["OPBD", "PRCD"])
        } else {
            None
        },
        closing: if complete {
            balance(node, &["CLBD"])
        } else {
            None
        },
        lines,
        format: format.to_owned(),
        broken: None,
    };
    statement.prove(moved);
    Ok(statement)
}

/// The balance of the first of these types that is there (ISO 20022 ExternalBalanceType1Code).
fn balance(node: &Node, codes: &[&str]) -> Option<Balance> {
    let of_type = |code: &str| {
        node.all("Bal").find(|b| {
            let found = b.text_at(&["Tp", "CdOrPrtry", "Cd"]);
            found.or_else(|| b.text_at(&["Tp", "Cd"])) == Some(code)
        })
    };
    let found = codes.iter().find_map(|code| of_type(code))?;
    let money = money(found.child("Amt")?).ok()?;
    let up = incoming(found.text_at(&["CdtDbtInd"]).unwrap_or("CRDT"))?;
    Some(Balance {
        amount: if up { money } else { -money },
        day: date(found.child("Dt")?)?,
    })
}

fn account_text(node: &Node) -> Option<String> {
    text(node, &["Acct", "Id", "IBAN"]).or_else(|| text(node, &["Acct", "Id", "Othr", "Id"]))
}

/// Last day that the statement is known to be complete for: the day of the closing balance, else the end of the period,
/// else the day before the statement was made.
fn until(node: &Node) -> Option<Date> {
    let closing = node.all("Bal").find(|b| {
        let code = b
            .text_at(&["Tp", "CdOrPrtry", "Cd"])
            .or_else(|| b.text_at(&["Tp", "Cd"]));
        code == Some("CLBD")
    });
    if let Some(day) = closing.and_then(|b| date(b.child("Dt")?)) {
        return Some(day);
    }
    let moment = |path: &[&str]| {
        let text = node.text_at(path)?;
        Some((day_of(text)?, text))
    };
    if let Some((day, text)) = moment(&["FrToDt", "ToDtTm"]).or_else(|| moment(&["FrToDt", "ToDt"]))
    {
        let midnight = text.get(10..19) == Some("T00:00:00");
        return if midnight {
            day.yesterday().ok()
        } else {
            Some(day)
        };
    }
    moment(&["CreDtTm"]).and_then(|(day, _)| day.yesterday().ok())
}

/// Takes the lines of an entry; what it moves on the account.
fn take_entry(entry: &Node, lines: &mut Vec<Line>) -> Result<Decimal, String> {
    let base = base_line(entry)?;
    let details: Vec<&Node> = entry
        .all("NtryDtls")
        .flat_map(|details| details.all("TxDtls"))
        .collect();
    let first = lines.len();
    if details.is_empty() {
        lines.push(base.clone());
    }
    let single = details.len() == 1;
    for detail in details {
        let mut line = base.clone();
        take_detail(detail, single, &mut line)?;
        lines.push(line);
    }
    check_sum(&base, &mut lines[first..]);
    let absurd = |line: &&mut Line| line.amount.is_some_and(|a| a.amount > Money::LIMIT);
    for line in lines[first..].iter_mut().filter(absurd) {
        line.doubt = Some(format!("the amount is larger than {}", Money::LIMIT));
    }
    let amount = base.amount.map_or(Decimal::ZERO, |a| a.amount);
    Ok(match (base.class, base.incoming) {
        (Class::Pending, _) => Decimal::ZERO,
        (_, true) => amount,
        (_, false) => -amount,
    })
}

/// Details that do not add up to their entry are told as they stand but are no proof of money.
fn check_sum(base: &Line, lines: &mut [Line]) {
    let signed = |line: &Line| {
        let amount = line.amount?.amount;
        Some(if line.incoming == base.incoming {
            amount
        } else {
            -amount
        })
    };
    let sum = lines
        .iter()
        .map(signed)
        .try_fold(Decimal::ZERO, |sum, one| sum.checked_add(one?));
    let same_currency = lines
        .iter()
        .all(|l| l.amount.map(|a| a.currency) == base.amount.map(|a| a.currency));
    if lines.len() > 1 && (sum.is_none() || sum != base.amount.map(|a| a.amount) || !same_currency)
    {
        for line in lines {
            line.doubt = Some("the details of this entry do not add up to its amount".into());
        }
    } else if let [line] = lines
        && line.incoming != base.incoming
    {
        line.doubt = Some("the entry and its detail have different directions".into());
    }
}

fn base_line(entry: &Node) -> Result<Line, String> {
    let direction = entry
        .text_at(&["CdtDbtInd"])
        .ok_or("an entry has no CdtDbtInd")?;
    let incoming = incoming(direction)
        .ok_or_else(|| format!("the direction `{}` is unknown", clean(direction)))?;
    let status = entry
        .text_at(&["Sts", "Cd"])
        .or_else(|| entry.text_at(&["Sts", "Prtry"]))
        .or_else(|| entry.text_at(&["Sts"]));
    let amount = money(entry.child("Amt").ok_or("an entry has no Amt")?)?;
    let booked = entry.child("BookgDt").and_then(date);
    let value = entry.child("ValDt").and_then(date);
    let mut line = Line {
        class: if incoming {
            Class::Credit
        } else {
            Class::Debit
        },
        incoming,
        amount: Some(amount),
        booking_date: booked.or(value),
        transaction_id: text(entry, &["AcctSvcrRef"]).filter(|id| meant(id)),
        additional: text(entry, &["AddtlNtryInf"]),
        ..Line::default()
    };
    if reversed(entry) {
        line.class = Class::Reversal;
    } else if returned(entry) {
        line.class = Class::Return;
    }
    // Only BOOK is money (ISO 20022 EntryStatus); whatever else a bank writes is not booked yet.
    if status.is_some_and(|s| s != "BOOK") {
        line.class = Class::Pending;
    }
    Ok(line)
}

fn incoming(direction: &str) -> Option<bool> {
    match direction {
        "CRDT" => Some(true),
        "DBIT" => Some(false),
        _ => None,
    }
}

fn reversed(node: &Node) -> bool {
    node.text_at(&["RvslInd"])
        .is_some_and(|v| v == "true" || v == "1")
}

/// A direct debit or transfer that came back: said by the return information, by the DK's transaction codes 108 and
/// 109, or by the ISO sub-families.
fn returned(node: &Node) -> bool {
    let dk = node
        .text_at(&["BkTxCd", "Prtry", "Cd"])
        .is_some_and(|code| code.split('+').any(|part| matches!(part, "108" | "109")));
    let family = node
        .text_at(&["BkTxCd", "Domn", "Fmly", "SubFmlyCd"])
        .is_some_and(|code| matches!(code, "RRTN" | "UPDD" | "PRDD"));
    dk || family || node.child("RtrInf").is_some()
}

fn take_detail(detail: &Node, single: bool, line: &mut Line) -> Result<(), String> {
    if let Some(direction) = detail.text_at(&["CdtDbtInd"]).and_then(incoming) {
        line.incoming = direction;
        if matches!(line.class, Class::Credit | Class::Debit) {
            line.class = if direction {
                Class::Credit
            } else {
                Class::Debit
            };
        }
    }
    if matches!(line.class, Class::Credit | Class::Debit | Class::Return) {
        if reversed(detail) {
            line.class = Class::Reversal;
        } else if returned(detail) {
            line.class = Class::Return;
        }
    }
    let own = detail
        .child("Amt")
        .or_else(|| detail.at(&["AmtDtls", "TxAmt", "Amt"]));
    let own = own.map(money).transpose()?;
    if single {
        // What reached the account is the entry's amount; a detail may tell the amount before charges.
        let same = |own: &Money| line.amount.is_none_or(|a| a.currency == own.currency);
        if own.filter(same).is_some_and(|own| Some(own) != line.amount) {
            line.doubt = Some("the entry and its detail have different amounts".into());
        }
    } else {
        line.amount = own; // without one of its own nobody knows
    }
    line.instructed = detail
        .at(&["AmtDtls", "InstdAmt", "Amt"])
        .and_then(|a| money(a).ok());
    if let Some(id) = text(detail, &["Refs", "AcctSvcrRef"]).filter(|id| meant(id)) {
        line.transaction_id = Some(id);
    }
    line.end_to_end_id = text(detail, &["Refs", "EndToEndId"]).filter(|id| meant(id));
    line.return_reason = text(detail, &["RtrInf", "Rsn", "Cd"])
        .or_else(|| text(detail, &["RtrInf", "Rsn", "Prtry"]));
    take_parties(detail, line);
    for remittance in detail.all("RmtInf") {
        let parts = remittance
            .all("Ustrd")
            .map(|u| clean(&u.text))
            .filter(|u| !u.is_empty());
        line.remittance.extend(parts);
        for structured in remittance.all("Strd") {
            line.references
                .extend(text(structured, &["CdtrRefInf", "Ref"]));
            line.references
                .extend(text(structured, &["CdtrRefInf", "CdtrRef"]));
        }
    }
    Ok(())
}

/// The other side. Parties keep the roles of the original payment, also when it comes back: a returned direct debit
/// names as debtor the customer who had to pay.
fn take_parties(detail: &Node, line: &mut Line) {
    let Some(parties) = detail.child("RltdPties") else {
        return;
    };
    let name =
        |role: &str| text(parties, &[role, "Nm"]).or_else(|| text(parties, &[role, "Pty", "Nm"]));
    let account = |role: &str| iban(parties.at(&[role, "Id"]));
    let back = matches!(line.class, Class::Return | Class::Reversal);
    let original_in = if back { !line.incoming } else { line.incoming };
    let sides = [
        ("Dbtr", "DbtrAcct", "UltmtDbtr"),
        ("Cdtr", "CdtrAcct", "UltmtCdtr"),
    ];
    let (mut side, other) = match original_in {
        true => (sides[0], sides[1]),
        false => (sides[1], sides[0]),
    };
    // Of what came back some banks name only the other role.
    if back && name(side.0).is_none() && name(other.0).is_some() {
        side = other;
    }
    line.counterparty_name = name(side.0);
    line.counterparty_iban = account(side.1);
    line.ultimate_name = name(side.2);
}

fn text(node: &Node, path: &[&str]) -> Option<String> {
    let text = clean(node.text_at(path)?).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn iban(id: Option<&Node>) -> Option<String> {
    let iban: String = id?
        .text_at(&["IBAN"])?
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let plain = iban.len() <= 34 && iban.chars().all(|c| c.is_ascii_alphanumeric());
    (plain && !iban.is_empty()).then_some(iban)
}

fn date(node: &Node) -> Option<Date> {
    let text = node.text_at(&["Dt"]).or_else(|| node.text_at(&["DtTm"]));
    day_of(text.unwrap_or(&node.text))
}

/// The civil day as the bank writes it; a time behind it does not move it.
fn day_of(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}

fn money(node: &Node) -> Result<Money, String> {
    let text = node.text.as_str();
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let amount = plain.then(|| Decimal::from_str_exact(text).ok()).flatten();
    let amount = amount.ok_or_else(|| {
        format!(
            "`{}` is not an amount",
            clean(&text.chars().take(40).collect::<String>())
        )
    })?;
    let code = node.currency.as_deref().unwrap_or_default();
    let currency: Currency = code
        .parse()
        .map_err(|_| "an amount has no currency".to_owned())?;
    Ok(Money::new(amount, currency))
}
