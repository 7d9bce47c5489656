//! From a row to a line: amount, direction, state, the other side, the purpose. Knows what the whole table proves.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::amounts::{self, Mark};
use super::columns::Columns;
use super::days::{self, Form};
use super::table::Row;
use super::words::{State, Table, folded, table};
use super::{labels, proof};
use crate::ledger::{Currency, Money};
use crate::mail::parts::clean;
use crate::mail::statement::mt940::end_to_end;
use crate::mail::statement::{Class, Line, iban_in, meant, squeezed};

/// How the rows of one table are to be read.
pub(super) struct Reader<'a> {
    columns: &'a Columns,
    rows: Vec<&'a Row>,
    mark: Mark,
    pub(super) days: Form,
    /// Whether the running balance agrees with the amounts; `None`: there is none.
    pub(super) chain: Option<bool>,
    table: &'static Table,
}

impl<'a> Reader<'a> {
    /// Proves how the rows are written.
    ///
    /// # Errors
    /// What is not proven.
    pub(super) fn of(
        columns: &'a Columns,
        body: &'a [Row],
        open_end: bool,
    ) -> Result<Reader<'a>, String> {
        let table = table().ok_or("the table of CSV layouts is broken")?;
        if columns.layout.is_none() && columns.has("fee") {
            return Err("an export with fees, of a provider that is not known".into());
        }
        let rows = proof::whole_rows(columns, body, open_end)?;
        let sums = ["amount", "debit", "credit", "balance", "ordered"];
        let cells = rows
            .iter()
            .flat_map(|row| sums.iter().filter_map(|role| columns.cell(row, role)));
        let cells: Vec<&str> = cells.collect();
        let mark = match cells.is_empty() {
            true => Mark::Comma,
            false => amounts::mark(cells.iter().copied())?,
        };
        let dates = rows.iter().filter_map(|row| columns.cell(row, "booked"));
        let dates: Vec<&str> = dates
            .filter(|cell| table.state(cell) != State::Pending && *cell != "--")
            .collect();
        let days = match dates.is_empty() {
            true => Form::DayFirst,
            false => days::form(dates.iter().copied())?,
        };
        let mut reader = Reader {
            columns,
            rows,
            mark,
            days,
            chain: None,
            table,
        };
        reader.chain = reader.chain()?;
        reader.directed()?;
        Ok(reader)
    }

    /// The rows that are bookings.
    pub(super) fn rows(&self) -> impl Iterator<Item = &'a Row> + '_ {
        self.rows.iter().copied()
    }

    /// The line of a row.
    ///
    /// # Errors
    /// It says two things at once.
    pub(super) fn line(&self, row: &Row) -> Result<Line, String> {
        let amount = self.amount(row)?;
        let incoming = !amount.is_sign_negative();
        let currency = self
            .currency(row)
            .ok_or_else(|| format!("line {}: no currency is named", row.line))?;
        let booked = self.columns.cell(row, "booked");
        let waiting = booked.is_some_and(|cell| self.table.state(cell) == State::Pending);
        let mut line = Line {
            class: self.class(row, amount, waiting),
            incoming,
            amount: Some(Money::new(amount.abs(), currency)),
            booking_date: booked
                .and_then(|cell| days::read(cell, self.days))
                .or_else(|| self.valued(row, waiting)),
            transaction_id: self.text(row, "id").filter(|id| meant(id)),
            end_to_end_id: self.text(row, "end_to_end").filter(|id| meant(id)),
            counterparty_email: self.text(row, "email").filter(|_| incoming),
            counterparty_iban: self.columns.cell(row, "iban").and_then(iban_in),
            original_transaction_id: self.text(row, "related"),
            references: self.text(row, "invoice").into_iter().collect(),
            ..Line::default()
        };
        let ordered = self
            .columns
            .cell(row, "ordered")
            .and_then(|cell| amounts::read(cell, self.mark));
        line.instructed = ordered.map(|ordered| Money::new(ordered.abs(), currency));
        line.counterparty_name = self.name(row, &line);
        self.purpose(row, &mut line);
        if line.class == Class::Unknown {
            line.doubt = Some("the export calls it by a word that is not known".into());
        }
        Ok(line)
    }

    /// The signed effect on the balance.
    fn amount(&self, row: &Row) -> Result<Decimal, String> {
        let value = |role: &str| {
            self.columns
                .cell(row, role)
                .and_then(|cell| amounts::read(cell, self.mark))
        };
        let contradiction = || {
            format!(
                "line {}: two columns say different amounts or directions",
                row.line
            )
        };
        let sided = match (value("debit"), value("credit")) {
            (Some(debit), Some(credit)) if !debit.is_zero() && !credit.is_zero() => {
                return Err(contradiction());
            }
            (Some(debit), _) if !debit.is_zero() => Some(-debit.abs()),
            (_, Some(credit)) if !credit.is_sign_negative() => Some(credit),
            (_, Some(_)) => return Err(contradiction()),
            (debit, None) => debit,
        };
        let amount = match (sided, value("amount")) {
            (Some(sided), Some(amount)) if sided.abs() != amount.abs() => {
                return Err(contradiction());
            }
            (Some(sided), _) => sided,
            (None, Some(amount)) => amount,
            (None, None) => return Err(format!("line {}: there is no amount", row.line)),
        };
        match self.columns.cell(row, "side").map(side) {
            None => Ok(amount),
            Some(None) => Err(format!("line {}: the direction is not known", row.line)),
            Some(Some(true)) if amount.is_sign_negative() && !amount.is_zero() => {
                Err(contradiction())
            }
            Some(Some(true)) => Ok(amount),
            Some(Some(false)) => Ok(-amount.abs()),
        }
    }

    /// Known exports sign their amounts. Of others the file itself must show it.
    fn directed(&self) -> Result<(), String> {
        let columns = self.columns;
        let known = columns.layout.is_some()
            || columns.has("side")
            || columns.has("debit") && columns.has("credit");
        let mut signed = known || self.chain == Some(true);
        for row in &self.rows {
            let negative = self.amount(row)?.is_sign_negative();
            signed |= negative;
            if negative && columns.layout.is_some_and(|l| l.received) {
                return Err(format!(
                    "line {}: a negative amount where all are received",
                    row.line
                ));
            }
        }
        if !signed && !self.rows.is_empty() {
            return Err(
                "no amount is signed: what comes in and what goes out cannot be told apart".into(),
            );
        }
        if self.chain == Some(false) && columns.layout.is_none() {
            return Err("the running balance does not agree with the amounts".into());
        }
        Ok(())
    }

    fn chain(&self) -> Result<Option<bool>, String> {
        if !self.columns.has("balance") || self.rows.len() < 2 {
            return Ok(None);
        }
        let mut steps = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let balance = self
                .columns
                .cell(row, "balance")
                .and_then(|cell| amounts::read(cell, self.mark));
            match balance {
                Some(balance) => steps.push((self.amount(row)?, balance)),
                None => return Ok(None),
            }
        }
        Ok(Some(proof::agrees(&steps)))
    }

    fn class(&self, row: &Row, amount: Decimal, waiting: bool) -> Class {
        let state = self
            .columns
            .cell(row, "status")
            .map_or(State::Booked, |cell| self.table.state(cell));
        let kind = ["kind", "text"]
            .iter()
            .find_map(|role| self.columns.cell(row, role));
        // A text that is the purpose is the payer's word, not the bank's.
        let kind = kind.filter(|_| self.columns.has("kind") || self.columns.has("purpose"));
        let provider = self.columns.layout.is_some_and(|l| l.kinds.is_some());
        let class = self.table.class(
            self.columns.layout,
            kind.unwrap_or_default(),
            !amount.is_sign_negative(),
        );
        match state {
            _ if amount.is_zero() => Class::Zero,
            State::Failed => Class::Failed,
            _ if provider && matches!(class, Class::Internal | Class::Fee) => class,
            State::Pending => Class::Pending,
            _ if waiting => Class::Pending,
            State::Unknown => Class::Unknown,
            State::Booked => class,
        }
    }

    fn valued(&self, row: &Row, waiting: bool) -> Option<Date> {
        let cell = self.columns.cell(row, "valued").filter(|_| !waiting)?;
        days::read(cell, self.days)
    }

    fn currency(&self, row: &Row) -> Option<Currency> {
        let stated = self
            .columns
            .cell(row, "currency")
            .map(|cell| cell.to_uppercase());
        if let Some(stated) = stated {
            return match stated.as_str() {
                "€" => Some(Currency::EUR),
                code => code.parse().ok(),
            };
        }
        let cell = self.columns.cell(row, "amount").unwrap_or_default();
        let written = cell.contains('€') || cell.contains("EUR");
        self.columns
            .unit
            .or_else(|| written.then_some(Currency::EUR))
    }

    fn text(&self, row: &Row, role: &str) -> Option<String> {
        let text = squeezed(&clean(self.columns.cell(row, role)?));
        (!text.is_empty() && text != "-").then_some(text)
    }

    /// The other side. What came back names the parties of the original payment.
    fn name(&self, row: &Row, line: &Line) -> Option<String> {
        let back = matches!(line.class, Class::Return | Class::Reversal);
        let paying = ["name", "payer", "payee"];
        let paid = ["name", "payee", "payer"];
        let order = if line.incoming != back { paying } else { paid };
        let name = order.iter().find_map(|role| self.text(row, role))?;
        let before = self
            .columns
            .layout
            .map_or(&[][..], |l| l.before_name.as_slice());
        let stripped = before
            .iter()
            .find_map(|word| name.strip_prefix(word.as_str()));
        Some(stripped.unwrap_or(&name).to_owned())
    }

    fn purpose(&self, row: &Row, line: &mut Line) {
        let layout = self.columns.layout;
        if let (Some(layout), Some(text)) = (layout, self.columns.cell(row, "labelled")) {
            return labels::take(&layout.labels, text, line);
        }
        let further = self
            .columns
            .purposes
            .iter()
            .filter_map(|at| row.cells.get(*at));
        let own = self.text(row, "purpose").into_iter();
        let own: Vec<String> = own
            .chain(further.map(|cell| squeezed(&clean(cell))))
            .filter(|t| !t.is_empty())
            .collect();
        let other = match self.columns.has("purpose") {
            true => self.text(row, "subject"),
            false => self.text(row, "text"),
        };
        line.remittance = if own.is_empty() {
            other.into_iter().collect()
        } else {
            own
        };
        if layout.is_some_and(|l| l.tail) {
            labels::take_tail(line);
        }
        if line.end_to_end_id.is_none() {
            line.end_to_end_id = end_to_end(&line.remittance.concat());
        }
    }
}

/// In or out, by the word of a column of its own.
fn side(cell: &str) -> Option<bool> {
    match folded(cell).as_str() {
        "h" | "haben" | "c" | "credit" | "bij" | "gutschrift" | "in" | "eingang" | "cr" => {
            Some(true)
        }
        "s" | "soll" | "d" | "debit" | "af" | "lastschrift" | "belastung" | "out" | "ausgang"
        | "dr" => Some(false),
        _ if cell.trim() == "+" => Some(true),
        _ if cell.trim() == "-" => Some(false),
        _ => None,
    }
}
