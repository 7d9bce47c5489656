//! A purpose cut into atoms: runs of letters and runs of digits, with what stands between them, and the words that
//! say what a number is. Knows no claim.

/// Atoms that are looked at.
const MOST_ATOMS: usize = 90;

/// A run of letters or of digits in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Atom<'a> {
    /// Its characters, in capitals.
    pub(super) text: &'a str,
    /// Digits, not letters.
    pub(super) digits: bool,
    /// What stands between the atom before and this one.
    pub(super) gap: Gap,
}

/// What stands between two atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing: `RE2025`.
    Glued,
    /// One of `-/._#`: the two belong together.
    Joint,
    /// A blank or line break, alone or beside a joint: they may belong together.
    Blank,
    /// Anything else: they do not.
    Apart,
}

/// What the words before a number say it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    Keyword,
    Customer,
    Nothing,
}

pub(super) fn before(atoms: &[Atom<'_>], start: usize) -> Before {
    let mut words = atoms[..start].iter().rev().take(3);
    for atom in words.by_ref() {
        if atom.digits {
            return Before::Nothing;
        }
        if is_customer_word(atom.text) {
            return Before::Customer;
        }
        if is_keyword(atom.text) {
            return Before::Keyword;
        }
        if !is_word_for_number(atom.text) {
            return Before::Nothing;
        }
    }
    Before::Nothing
}

/// `Nr.` and the like between the word and its number.
pub(super) fn is_word_for_number(word: &str) -> bool {
    matches!(word, "NR" | "NO" | "NUM" | "NUMMER" | "NUMBER" | "N")
}

/// A day such as 28.10.2025 or 2025-10-28, which is no number.
pub(super) fn is_date(atoms: &[Atom<'_>]) -> bool {
    let [a, b, c] = atoms else {
        return false;
    };
    if b.gap != Gap::Joint || c.gap != Gap::Joint {
        return false;
    }
    let number = |atom: &Atom, most: u16| {
        atom.digits
            && atom.text.len() <= 2
            && atom
                .text
                .parse()
                .is_ok_and(|n: u16| (1..=most).contains(&n))
    };
    let year = |atom: &Atom| atom.digits && atom.text.len() == 4 && atom.text.starts_with("20");
    (number(a, 31) && number(b, 12) && (year(c) || number(c, 99)))
        || (year(a) && number(b, 12) && number(c, 31))
}

/// Long enough to be no accident: five digits, or letters and digits of five signs, or eight letters.
pub(super) fn is_long(form: &str) -> bool {
    let digits = form.bytes().filter(u8::is_ascii_digit).count();
    digits >= 5 || (digits > 0 && digits < form.len() && form.len() >= 5) || form.len() >= 8
}

/// Words before an order or invoice number, in the spellings of German, English and French purposes.
pub(super) fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "R" | "RE"
            | "RG"
            | "RN"
            | "RNR"
            | "RENR"
            | "RGNR"
            | "RECH"
            | "RECHN"
            | "RECHNR"
            | "RECHNUNG"
            | "RECHNUNGEN"
            | "RECHNUNGSNR"
            | "RECHNUNGSNUMMER"
            | "INV"
            | "INVOICE"
            | "FACT"
            | "FACTURE"
            | "BEST"
            | "BESTNR"
            | "BESTELLUNG"
            | "BESTELLUNGEN"
            | "BESTELLNR"
            | "BESTELLNUMMER"
            | "BESTELLUNGSNR"
            | "ORDER"
            | "ORDERNO"
            | "AUFTRAG"
            | "AUFTRAGSNR"
            | "AUFTRAGSNUMMER"
            | "AUFTRNR"
            | "BELEG"
            | "BELEGNR"
            | "BELEGNUMMER"
            | "COMMANDE"
    )
}

/// Words before a customer number.
pub(super) fn is_customer_word(word: &str) -> bool {
    matches!(
        word,
        "KD" | "KDNR"
            | "KNR"
            | "KUNDE"
            | "KUNDENNR"
            | "KUNDENNUMMER"
            | "KUNDENNUMMERN"
            | "KDNUMMER"
            | "KUNDENNO"
            | "CUSTOMER"
            | "CUSTOMERNO"
            | "CUST"
            | "CLIENT"
    )
}

/// Cuts a folded text into atoms.
pub(super) fn atoms(folded: &str) -> Vec<Atom<'_>> {
    let mut atoms: Vec<Atom<'_>> = Vec::new();
    let (mut gap, mut begin) = (Gap::Apart, 0);
    for (place, c) in folded.char_indices() {
        if c.is_ascii_alphanumeric() {
            let digits = c.is_ascii_digit();
            let full = atoms.len() == MOST_ATOMS;
            match atoms.last_mut() {
                Some(atom) if gap == Gap::Glued && atom.digits == digits => {
                    atom.text = &folded[begin..=place];
                }
                _ if full => return atoms,
                _ => {
                    begin = place;
                    let text = &folded[begin..=place];
                    atoms.push(Atom { text, digits, gap });
                }
            }
            gap = Gap::Glued;
        } else {
            gap = match (gap, c) {
                (Gap::Glued, '-' | '/' | '.' | '_' | '#') => Gap::Joint,
                (Gap::Glued | Gap::Joint | Gap::Blank, c) if c.is_whitespace() => Gap::Blank,
                (Gap::Blank, '-' | '/' | '.' | '_' | '#') => Gap::Blank,
                _ => Gap::Apart,
            };
        }
    }
    atoms
}

/// Capitals, umlauts and sharp s spelled out, other marks kept as they are.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ä' | 'Ä' | 'æ' | 'Æ' => folded.push_str("AE"),
            'ö' | 'Ö' | 'ø' | 'Ø' => folded.push_str("OE"),
            'ü' | 'Ü' => folded.push_str("UE"),
            'ß' | 'ẞ' => folded.push_str("SS"),
            'á' | 'à' | 'â' | 'ã' | 'å' | 'Á' | 'À' | 'Â' | 'Ã' | 'Å' => folded.push('A'),
            'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' | 'ę' | 'Ę' => folded.push('E'),
            'í' | 'ì' | 'î' | 'ï' | 'Í' | 'Ì' | 'Î' | 'Ï' => folded.push('I'),
            'ó' | 'ò' | 'ô' | 'õ' | 'Ó' | 'Ò' | 'Ô' | 'Õ' => folded.push('O'),
            'ú' | 'ù' | 'û' | 'Ú' | 'Ù' | 'Û' => folded.push('U'),
            'ç' | 'Ç' | 'č' | 'Č' | 'ć' | 'Ć' => folded.push('C'),
            'ñ' | 'Ñ' | 'ń' | 'Ń' => folded.push('N'),
            'š' | 'Š' | 'ś' | 'Ś' => folded.push('S'),
            'ž' | 'Ž' | 'ż' | 'Ż' => folded.push('Z'),
            'ł' | 'Ł' => folded.push('L'),
            'ý' | 'Ý' => folded.push('Y'),
            c => folded.push(c.to_ascii_uppercase()),
        }
    }
    folded
}
