//! What the rows prove together: that none is cut, and that the running balance agrees.

use rust_decimal::Decimal;

use super::columns::Columns;
use super::table::Row;
use super::words::{State, table};

/// The rows that are bookings. What stands behind them (a closing balance, a remark) ends them.
///
/// # Errors
/// A row is cut, or a booking stands where none is expected.
pub(super) fn whole_rows<'a>(
    columns: &Columns,
    body: &'a [Row],
    open_end: bool,
) -> Result<Vec<&'a Row>, String> {
    let mut rows = Vec::with_capacity(body.len());
    for row in body {
        let sums = ["amount", "debit", "credit"]
            .iter()
            .any(|role| columns.cell(row, role).is_some());
        let dated = columns.cell(row, "booked").is_some_and(dated);
        match (dated, sums) {
            (true, true) if row.cells.len() > columns.last() => rows.push(row),
            (true, _) => {
                return Err(format!(
                    "line {} is cut: it has {} of {} columns",
                    row.line,
                    row.cells.len(),
                    columns.width
                ));
            }
            // A pending row of some exports has no booking date.
            (false, true)
                if columns.cell(row, "valued").is_some()
                    && columns.cell(row, "booked").is_none() =>
            {
                rows.push(row)
            }
            (false, true) if row.cells.len() >= columns.width => {
                return Err(format!("line {}: an amount without a day", row.line));
            }
            _ => {}
        }
    }
    let last = body.last().filter(|_| open_end);
    let last = last.filter(|last| rows.last().is_some_and(|row| std::ptr::eq(*row, *last)));
    match last {
        Some(last) if may_be_cut(columns, last) => {
            Err(format!("the file ends within line {}", last.line))
        }
        _ => Ok(rows),
    }
}

/// A file that does not end its last line may have been cut in it: within an amount, or before the word that says that
/// nothing is booked yet.
fn may_be_cut(columns: &Columns, last: &Row) -> bool {
    let end = last.cells.len() - 1;
    let sums = ["amount", "debit", "credit", "balance"];
    let in_sum = sums.iter().any(|role| columns.place(role) == Some(end));
    let in_status = columns.place("status") == Some(end) && columns.cell(last, "status").is_none();
    last.cells.len() < columns.width || in_sum || in_status
}

/// A day, or a word in its place that says that the booking is still to come.
fn dated(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    digits >= 4 && cell.len() <= 40 || table().is_some_and(|t| t.state(cell) == State::Pending)
}

/// Whether each balance is the one before it plus the amount, with the newest row first or last.
pub(super) fn agrees(steps: &[(Decimal, Decimal)]) -> bool {
    let rising = steps
        .windows(2)
        .all(|w| w[0].1.checked_add(w[1].0) == Some(w[1].1));
    let falling = steps
        .windows(2)
        .all(|w| w[1].1.checked_add(w[0].0) == Some(w[0].1));
    rising || falling
}
