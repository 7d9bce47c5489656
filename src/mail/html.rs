//! HTML to lines, its tables kept: one table row becomes one line with its cells apart.
//!
//! A row whose cells hold rows of their own is layout, not data: its inner lines follow one another. Iterative, nesting
//! at most [`MAX_NESTING`] (deeper tables lose their cells, never their text). Struck-through text is left out: it is
//! what no longer holds. Knows no shop and no label.

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::microdata;
use super::parts::kept;

/// Deepest nesting of tables whose cells are kept.
pub const MAX_NESTING: usize = 256;

/// One line of a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its cells; one for ordinary text. A cell with several lines holds them joined by `\n`.
    pub cells: Vec<String>,
    /// In how many quotations it stands (`>` or `blockquote`); 0: it is the mail's own.
    pub depth: usize,
}

impl Line {
    /// A line of one cell.
    pub fn of(text: &str) -> Line {
        Line {
            cells: vec![text.to_owned()],
            depth: 0,
        }
    }

    /// It stands in a quotation.
    pub fn quoted(&self) -> bool {
        self.depth > 0
    }

    /// The whole line, cells separated by ` | `.
    pub fn text(&self) -> String {
        self.cells.join(" | ")
    }
}

/// Structured data inside the HTML.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Markup {
    /// Contents of `<script type="application/ld+json">`.
    pub json_ld: Vec<String>,
    /// Microdata items at the top level.
    pub items: Vec<microdata::Item>,
}

/// Reads one HTML part and appends to lines and markup.
pub fn read(html: &str, lines: &mut Vec<Line>, markup: &mut Markup) {
    let mut page = Page::default();
    let (mut tag, mut is_type, mut json_ld) = (Vec::new(), false, false);
    // Attributes are passed by instead of being collected: most of a shop's HTML is style attributes.
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<()> {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                tag.clear();
                tag.extend_from_slice(name);
                (is_type, json_ld) = (false, false);
            }
            CallbackEvent::AttributeName { name } => is_type = name == b"type",
            CallbackEvent::AttributeValue { value } => {
                json_ld |= is_type && value.eq_ignore_ascii_case(b"application/ld+json");
            }
            CallbackEvent::CloseStartTag { .. } => page.open(&tag, json_ld),
            CallbackEvent::EndTag { name } => page.close(name, markup),
            CallbackEvent::String { value } => page.say(&String::from_utf8_lossy(value)),
            _ => {}
        }
        None
    });
    emitter.naively_switch_states(true);
    // The error type of a string reader is uninhabited; the callback yields nothing.
    Tokenizer::new_with_emitter(html, emitter)
        .flatten()
        .for_each(drop);
    lines.extend(page.finish());
    if html.contains("itemscope") {
        microdata::read(html, &mut markup.items);
    }
}

/// A place where lines gather: the page itself or one table cell.
#[derive(Default)]
struct Block {
    lines: Vec<Line>,
    current: String,
    /// A row ended inside: it is layout.
    holds_rows: bool,
}

/// An open table row.
#[derive(Default)]
struct Row {
    cells: Vec<Block>,
}

#[derive(Default)]
struct Page {
    body: Block,
    rows: Vec<Row>,
    /// Rows opened beyond the nesting limit.
    beyond: usize,
    quotes: usize,
    struck: usize,
    skipping: Option<&'static str>,
    script: Option<String>,
}

impl Page {
    fn block(&mut self) -> &mut Block {
        match self.rows.last_mut().and_then(|row| row.cells.last_mut()) {
            Some(cell) => cell,
            None => &mut self.body,
        }
    }

    fn say(&mut self, text: &str) {
        if let Some(script) = &mut self.script {
            script.push_str(text);
        } else if self.skipping.is_none() && self.struck == 0 {
            self.block().say(text);
        }
    }

    fn open(&mut self, name: &[u8], json_ld: bool) {
        match name {
            b"script" if json_ld => self.script = Some(String::new()),
            b"script" => self.skipping = Some("script"),
            b"style" => self.skipping = Some("style"),
            b"title" => self.skipping = Some("title"),
            b"del" | b"s" | b"strike" => self.struck += 1,
            b"blockquote" => {
                self.end_line();
                self.quotes += 1;
            }
            b"tr" => {
                self.end_line();
                if self.rows.len() < MAX_NESTING {
                    self.rows.push(Row::default());
                } else {
                    self.beyond += 1;
                }
            }
            b"td" | b"th" => {
                self.end_line();
                if self.beyond == 0
                    && let Some(row) = self.rows.last_mut()
                {
                    row.cells.push(Block::default());
                }
            }
            _ if is_block(name) => self.end_line(),
            _ => {}
        }
    }

    fn close(&mut self, name: &[u8], markup: &mut Markup) {
        match name {
            b"script" => {
                markup.json_ld.extend(self.script.take());
                self.skipping = None;
            }
            b"style" | b"title" => self.skipping = None,
            b"del" | b"s" | b"strike" => self.struck = self.struck.saturating_sub(1),
            b"blockquote" => {
                self.end_line();
                self.quotes = self.quotes.saturating_sub(1);
            }
            b"tr" if self.beyond > 0 => {
                self.end_line();
                self.beyond -= 1;
            }
            b"tr" => self.end_row(),
            b"td" | b"th" => self.end_line(),
            _ if is_block(name) => self.end_line(),
            _ => {}
        }
    }

    fn end_line(&mut self) {
        let depth = self.quotes;
        self.block().end_line(depth);
    }

    fn end_row(&mut self) {
        self.end_line();
        self.struck = 0; // an unclosed <s> ends with its row
        let Some(row) = self.rows.pop() else { return };
        let depth = self.quotes;
        let outer = self.block();
        outer.end_line(depth);
        outer.holds_rows = true;
        let layout = row.cells.iter().any(|cell| cell.holds_rows);
        let filled = row
            .cells
            .iter()
            .filter(|cell| !cell.lines.is_empty())
            .count();
        if layout || filled < 2 {
            for cell in row.cells {
                if outer.lines.is_empty() {
                    outer.lines = cell.lines; // spares a copy for each of many nested layout tables
                } else {
                    outer.lines.extend(cell.lines);
                }
            }
        } else {
            let lines = row.cells.iter().flat_map(|cell| &cell.lines);
            let depth = lines.map(|line| line.depth).max().unwrap_or_default();
            outer.lines.push(Line {
                cells: row.cells.into_iter().map(Block::into_cell).collect(),
                depth,
            });
        }
    }

    fn finish(mut self) -> Vec<Line> {
        while !self.rows.is_empty() {
            self.end_row(); // a cut mail leaves rows open
        }
        self.end_line();
        self.body.lines
    }
}

impl Block {
    fn say(&mut self, text: &str) {
        for c in text.chars().filter_map(kept) {
            let c = if c == '\t' { ' ' } else { c };
            // Only ordinary blanks collapse; a no-break blank is part of an amount.
            if c == ' ' && (self.current.is_empty() || self.current.ends_with(' ')) {
                continue;
            }
            self.current.push(c);
        }
    }

    fn end_line(&mut self, depth: usize) {
        let text = self.current.trim();
        if !text.is_empty() {
            self.lines.push(Line {
                cells: vec![text.to_owned()],
                depth,
            });
        }
        self.current.clear();
    }

    fn into_cell(self) -> String {
        let lines: Vec<String> = self.lines.into_iter().flat_map(|line| line.cells).collect();
        lines.join("\n")
    }
}

fn is_block(name: &[u8]) -> bool {
    matches!(
        name,
        b"br"
            | b"p"
            | b"div"
            | b"table"
            | b"tbody"
            | b"thead"
            | b"tfoot"
            | b"caption"
            | b"ul"
            | b"ol"
            | b"li"
            | b"dl"
            | b"dt"
            | b"dd"
            | b"h1"
            | b"h2"
            | b"h3"
            | b"h4"
            | b"h5"
            | b"h6"
            | b"hr"
            | b"pre"
            | b"address"
            | b"section"
            | b"article"
            | b"header"
            | b"footer"
            | b"main"
            | b"center"
            | b"body"
            | b"form"
            | b"fieldset"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(html: &str) -> Vec<String> {
        let (mut lines, mut markup) = (Vec::new(), Markup::default());
        read(html, &mut lines, &mut markup);
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn a_data_row_keeps_its_cells_and_a_layout_row_does_not() {
        let html = "<table><tr><td>Kopf<table><tr><th>Gesamt:</th><td><b>12,30</b>&nbsp;&euro;</td></tr></table>\
                    <p>a<br>b</td><td>rechts</td></tr></table>";
        assert_eq!(
            lines(html),
            ["Kopf", "Gesamt: | 12,30\u{a0}€", "a", "b", "rechts"]
        );
    }

    #[test]
    fn struck_text_scripts_and_hidden_characters_are_left_out() {
        let html = "<style>p{}</style>x<script>1</script><del>99,00</del> <ins>50,\u{200b}00</ins>";
        assert_eq!(lines(html), ["x 50,00"]);
    }

    #[test]
    fn deep_nesting_is_read_without_recursion() {
        let deep = "<table><tr><td>".repeat(100_000) + "tief";
        assert_eq!(lines(&deep), ["tief"]);
    }

    #[test]
    fn columns_of_several_lines_stay_columns() {
        let html =
            "<table><tr><td><h2>Rechnung</h2>A<br>B</td><td><h2>Lieferung</h2>C</td></tr></table>";
        assert_eq!(lines(html), ["Rechnung\nA\nB | Lieferung\nC"]);
    }
}
