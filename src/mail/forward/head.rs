//! The block that mail programs put over a forwarded text: `From: Sent: To: Subject:` in any order and seven languages,
//! as lines, bold, quoted or as table rows. Knows where the original begins and ends; knows no shop.

use jiff::civil::Date;

use super::people;
use crate::mail::html::Line;
use crate::mail::numbers::{self, DateFormat};
use crate::mail::parts::Person;

/// Fields of the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    From,
    Date,
    To,
    Cc,
    ReplyTo,
    Subject,
    /// Priority, attachments ...: nothing that is read.
    Other,
}

/// Labels as the clients print them: Outlook, Gmail, Apple, Thunderbird, Web.de and GMX, Open-Xchange.
const LABELS: [(Label, &[&str]); 7] = [
    (
        Label::From,
        &[
            "von",
            "from",
            "de",
            "da",
            "van",
            "od",
            "expéditeur",
            "mittente",
            "afzender",
            "remitente",
            "nadawca",
            "absender",
        ],
    ),
    (
        Label::Date,
        &[
            "gesendet",
            "gesendet am",
            "datum",
            "date",
            "sent",
            "envoyé",
            "inviato",
            "data",
            "verzonden",
            "enviado",
            "enviado el",
            "fecha",
            "wysłano",
            "data wysłania",
        ],
    ),
    (
        Label::To,
        &[
            "an",
            "to",
            "à",
            "a",
            "aan",
            "para",
            "do",
            "empfänger",
            "pour",
            "destinataire",
            "destinatario",
            "dla",
        ],
    ),
    (
        Label::Cc,
        &[
            "cc", "kopie", "copie", "kopia", "dw", "copia", "copie à", "cci",
        ],
    ),
    (
        Label::ReplyTo,
        &[
            "antwort an",
            "reply-to",
            "reply to",
            "répondre à",
            "rispondi a",
            "antwoord aan",
            "responder a",
            "odpowiedz do",
        ],
    ),
    (
        Label::Subject,
        &[
            "betreff",
            "subject",
            "objet",
            "oggetto",
            "onderwerp",
            "asunto",
            "temat",
            "sujet",
        ],
    ),
    (
        Label::Other,
        &[
            "priorität",
            "wichtigkeit",
            "importance",
            "priority",
            "anlagen",
            "attachments",
            "bcc",
            "organisation",
            "message-id",
            "list-unsubscribe",
        ],
    ),
];

/// Most lines of a block, continuations included.
const LONGEST: usize = 24;

/// Which side of a mail is searched: in a text the block ends with a blank line, HTML has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// Lines of HTML.
    Html,
    /// Lines of text.
    Text,
}

/// A repeated head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Sender; without an address if the block shows none or several.
    pub from: Person,
    /// Recipients.
    pub to: Vec<Person>,
    /// Further recipients.
    pub cc: Vec<Person>,
    /// Reply-To, where the client repeats it.
    pub reply_to: Vec<Person>,
    /// Subject.
    pub subject: String,
    /// Day, as printed in the original's or the client's zone.
    pub date: Option<Date>,
    /// All four usual fields stand in it.
    full: bool,
    /// First line behind the block.
    end: usize,
    /// In how many quotations it stands.
    depth: usize,
}

impl Head {
    /// From with an address, date, recipient and subject: nothing but a forward (or a reply) looks like this.
    pub fn is_full(&self) -> bool {
        self.full && self.from.address.is_some()
    }

    /// The original's own lines: behind the block, in the same quotation; what follows the quotation is the
    /// forwarder's. One quotation is taken off.
    pub fn body(&self, lines: &[Line]) -> Vec<Line> {
        let rest = lines.get(self.end..).unwrap_or_default();
        let inside = |line: &&Line| line.depth >= self.depth || line.text().trim().is_empty();
        let body = rest.iter().take_while(inside).map(|line| Line {
            cells: line.cells.clone(),
            depth: line.depth.saturating_sub(self.depth),
        });
        body.skip_while(|line| line.text().trim().is_empty())
            .collect()
    }
}

/// The first repeated head of a side: a sender, a subject, and a recipient or a date.
pub fn find(lines: &[Line], block: Block) -> Option<Head> {
    (0..lines.len()).find_map(|at| match label(&lines[at]) {
        Some((Label::From | Label::Date | Label::Subject, _)) => read(lines, at, block),
        _ => None,
    })
}

fn read(lines: &[Line], start: usize, block: Block) -> Option<Head> {
    let mut fields: Vec<(Label, String)> = Vec::new();
    let mut at = start;
    let depth = lines[start].depth;
    while at < lines.len().min(start + LONGEST) && lines[at].depth == depth {
        let seen = |label: Label| fields.iter().any(|(known, _)| *known == label);
        match label(&lines[at]) {
            Some((Label::Other, value)) => fields.push((Label::Other, value)),
            Some((label, value)) if !seen(label) => fields.push((label, value)),
            // A second sender or subject belongs to what follows, or the block is a fake.
            Some(_) => break,
            None => {
                let more = continued(lines, at, block, complete(&fields));
                if more == 0 {
                    break;
                }
                let text = lines[at..at + more].iter().map(words);
                let text = text.collect::<Vec<_>>().join(" ");
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(&text);
                }
                at += more;
                continue;
            }
        }
        at += 1;
    }
    if !complete(&fields) {
        return None;
    }
    Some(head(&fields, at, depth))
}

fn head(fields: &[(Label, String)], end: usize, depth: usize) -> Head {
    let value = |label: Label| {
        let field = fields.iter().find(|(known, _)| *known == label);
        field.map_or("", |(_, value)| value.trim())
    };
    let people = |label| people::all(value(label));
    Head {
        from: people::one(value(Label::From)),
        to: people(Label::To),
        cc: people(Label::Cc),
        reply_to: people(Label::ReplyTo),
        subject: value(Label::Subject).to_owned(),
        date: day(value(Label::Date)),
        full: !value(Label::To).is_empty() && !value(Label::Date).is_empty(),
        end,
        depth,
    }
}

fn complete(fields: &[(Label, String)]) -> bool {
    let has = |label: Label| fields.iter().any(|(known, _)| *known == label);
    has(Label::From) && has(Label::Subject) && (has(Label::To) || has(Label::Date))
}

/// How many lines from `at` on continue the field above. Inside the block (a further label follows) at most three; at its
/// end only in a text, where a blank line ends it.
fn continued(lines: &[Line], at: usize, block: Block, complete: bool) -> usize {
    let is_blank = |line: &Line| line.text().trim().is_empty();
    let run = lines[at..]
        .iter()
        .take(4)
        .take_while(|line| !is_blank(line) && label(line).is_none());
    let run = run.count();
    let next = lines.get(at + run);
    if run == 0 || run > 3 {
        return 0;
    }
    match next {
        Some(line) if !complete && label(line).is_some() => run,
        Some(line) if complete && block == Block::Text && is_blank(line) && run <= 2 => run,
        _ => 0,
    }
}

/// The label at the start of a line, and what stands behind it.
fn label(line: &Line) -> Option<(Label, String)> {
    let text = words(line);
    let (name, value) = text.split_once(':')?;
    if name.chars().count() > 20 {
        return None;
    }
    let name = name.trim().to_lowercase();
    let hit = LABELS
        .iter()
        .find(|(_, names)| names.contains(&name.as_str()));
    hit.map(|(label, _)| (*label, value.trim().to_owned()))
}

/// The words of a line, its cells and blanks made plain.
fn words(line: &Line) -> String {
    let words: Vec<&str> = line
        .cells
        .iter()
        .flat_map(|cell| cell.split_whitespace())
        .collect();
    words.join(" ")
}

/// The day that a date line names, in any form of the clients whose day and month cannot be confused.
fn day(text: &str) -> Option<Date> {
    let formats = [
        DateFormat::DayMonth,
        DateFormat::MonthDay,
        DateFormat::DayDots,
        DateFormat::Iso,
        DateFormat::DaySlashes,
        DateFormat::MonthSlashes,
    ];
    numbers::date(text, &formats)
}

/// A line of a text without the stars by which mail programs mark bold words (`*Total:*`); `2 * 3` stays.
pub fn without_stars(line: &Line) -> Line {
    let bare = |cell: &String| -> String {
        if !cell.contains('*') {
            return cell.clone();
        }
        let text = match cell.trim_start().strip_prefix("* ") {
            Some(rest) => rest,
            None => cell.as_str(),
        };
        let chars: Vec<char> = text.chars().collect();
        let is_word = |at: Option<usize>| {
            at.and_then(|at| chars.get(at))
                .is_some_and(|c| !c.is_whitespace() && *c != '*')
        };
        let marks = |i: usize| chars[i] == '*' && is_word(i.checked_sub(1)) != is_word(Some(i + 1));
        let kept = (0..chars.len()).filter(|&i| !marks(i)).map(|i| chars[i]);
        kept.collect::<String>().trim_end().to_owned()
    };
    Line {
        cells: line.cells.iter().map(bare).collect(),
        depth: line.depth,
    }
}
