//! Who is who in the lines above the street: company, person, department. Decided by legal forms, by what else names the
//! customer and by the number of lines; a street is never taken for a name.

use super::{Address, has_digit, person};

/// Splits the lines before the town into company, person and street.
pub fn split(lines: &[String], name_first: bool, known: &[String], address: &mut Address) {
    let Some(first) = lines.first() else { return };
    // JTL: `Company - Person` in one line, or the company's line ends with a dash.
    if let Some(company) = first.strip_suffix(" -") {
        address.company = Some(company.trim().to_owned());
        address.name = lines.get(1).map(|line| person(line));
        return;
    }
    if let Some(known) = known
        .iter()
        .find(|name| first.ends_with(&format!(" - {name}")))
    {
        address.company = Some(first[..first.len() - known.len() - 3].trim().to_owned());
        address.name = Some(known.clone());
        return;
    }
    let same = |line: &str| {
        known
            .iter()
            .any(|name| name.to_lowercase() == person(line).to_lowercase())
    };
    let firm = lines.iter().take(2).position(|line| is_company(line));
    if let Some(at) = firm {
        of_company(lines, at, same, address);
        return;
    }
    let position = lines.iter().take(2).position(|line| same(line));
    let beside = |i: usize| {
        lines
            .get(i)
            .filter(|line| lines.len() > 2 && !has_digit(line))
            .cloned()
    };
    match (position, name_first) {
        (Some(0), true) => (address.name, address.company) = (Some(person(first)), beside(1)),
        (Some(0), false) => address.name = Some(person(first)),
        (Some(i), false) => {
            (address.name, address.company) = (Some(person(&lines[i])), Some(first.clone()))
        }
        (Some(i), true) => address.name = Some(person(&lines[i])),
        // Nobody else names him: only the number of lines tells, and a line with digits is a street.
        (None, _) if lines.len() == 2 && !has_digit(first) => address.name = Some(person(first)),
        (None, true) if lines.len() == 3 && !has_digit(first) => {
            (address.name, address.company) = (Some(person(first)), beside(1));
        }
        (None, false) if lines.len() == 3 && beside(1).is_some() => {
            (address.name, address.company) =
                (beside(1).map(|line| person(&line)), Some(first.clone()));
        }
        (None, false) if lines.len() == 3 && !has_digit(first) => {
            address.name = Some(person(first))
        }
        _ => {}
    }
}

fn of_company(lines: &[String], at: usize, same: impl Fn(&str) -> bool, address: &mut Address) {
    address.company = Some(lines[at].clone());
    let beside = lines
        .get(1 - at)
        .filter(|line| lines.len() > 2 && !has_digit(line));
    // Below a company there may stand a department: only with three lines, or if he is named elsewhere.
    let is_person = |line: &&String| at == 1 || lines.len() == 3 || same(line);
    address.name = beside.filter(is_person).map(|line| person(line));
}

/// A line that names a legal form. Short forms also stand in streets (`16 Lake Dr SE`).
pub fn is_company(line: &str) -> bool {
    const FORMS: [&str; 29] = [
        "GmbH", "gGmbH", "mbH", "KGaA", "OHG", "GbR", "e.K", "e.V", "PartG", "mbB", "PartGmbB",
        "Ltd", "Limited", "Inc", "LLC", "LLP", "PLC", "plc", "Corp", "B.V", "N.V", "SARL", "Sàrl",
        "Srl", "S.r.l", "S.p.A", "SpA", "ApS", "s.r.o",
    ];
    const SHORT: [&str; 14] = [
        "AG", "KG", "UG", "eK", "eV", "eG", "BV", "NV", "SA", "S.A", "SAS", "S.L", "S.L.U", "SE",
    ];
    let plain = |word: &str| {
        let word = word
            .trim_end_matches(['.', ',', ')'])
            .trim_start_matches('(');
        FORMS.contains(&word) || (SHORT.contains(&word) && !has_digit(line))
    };
    line.split([' ', '&']).any(plain) || line.contains("z o.o") || line.contains("A/S")
}
