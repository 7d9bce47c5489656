//! A small writer of PDF files with an embedded file, in the ways in which real programs write them, and in some in
//! which only an attacker does.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// How the file is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Objects and table of PDF 1.4, the stream packed.
    Table,
    /// The stream as it is, its length in an object that comes later.
    LengthLater,
    /// Objects in an object stream, cross-reference stream (PDF 1.5).
    ObjectStream,
    /// The tree of names has branches, the name is in UTF-16.
    Tree,
    /// Only the catalog's associated files name it.
    Associated,
    /// Nothing names it, the specification stands alone.
    Unnamed,
    /// An older version of the file was replaced in an update at the end.
    Updated,
    /// Bytes in front of the header, a length that is wrong.
    Untidy,
    /// The trailer says that it is encrypted.
    Encrypted,
    /// The embedded stream unpacks to far more than is allowed.
    Bomb,
    /// So does an object stream.
    ObjectStreamBomb,
    /// Two different files under normative names.
    Two,
}

/// Every way in which the file is to be found.
pub const SOUND: [Way; 8] = [
    Way::Table,
    Way::LengthLater,
    Way::ObjectStream,
    Way::Tree,
    Way::Associated,
    Way::Unnamed,
    Way::Updated,
    Way::Untidy,
];

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn stream(dict: &str, bytes: &[u8]) -> Vec<u8> {
    [
        format!("<< {dict} >>\nstream\n").as_bytes(),
        bytes,
        b"\nendstream",
    ]
    .concat()
}

fn flate(dict: &str, bytes: &[u8]) -> Vec<u8> {
    let bytes = packed(bytes);
    stream(
        &format!("{dict} /Filter /FlateDecode /Length {}", bytes.len()),
        &bytes,
    )
}

/// A PDF with these bytes embedded under this name.
pub fn pdf(content: &[u8], name: &str, way: Way) -> Vec<u8> {
    let names = match way {
        Way::Tree => "/Names << /EmbeddedFiles << /Kids [8 0 R] >> >>",
        Way::Associated => "/AF [4 0 R]",
        Way::Unnamed => "",
        Way::Two => "/AF [4 0 R 9 0 R]",
        _ => "/Names << /EmbeddedFiles << /Names [(a\\)b) 4 0 R] >> >> /AF [4 0 R]",
    };
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R % the root\n{names} >>").into_bytes();
    let utf16: String = name
        .encode_utf16()
        .map(|unit| format!("{unit:04X}"))
        .collect();
    let printed = match way {
        Way::Tree => format!("<FEFF {utf16}>"),
        _ => format!("({name})"),
    };
    let specification = format!(
        "<< /Type/Filespec/F {printed}/UF {printed} /AFRelationship/Alternative/EF<</F 5 0 R>> >>"
    )
    .into_bytes();
    let kind = "/Type /EmbeddedFile /Subtype /text#2Fxml";
    let embedded = match way {
        Way::LengthLater => stream(&format!("{kind} /Length 6 0 R"), content),
        Way::Untidy => stream(
            &format!("{kind} /Length 7 /Filter [/FlateDecode]"),
            &packed(content),
        ),
        Way::Bomb => flate(kind, &vec![b' '; 40_000_000]),
        Way::Updated => flate(kind, b"<older/>"),
        _ => flate(kind, content),
    };
    let mut objects: Vec<(u32, Vec<u8>)> = vec![
        (1, catalog),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (
            3,
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".to_vec(),
        ),
        (4, specification),
        (5, embedded),
    ];
    match way {
        Way::LengthLater => objects.push((6, content.len().to_string().into_bytes())),
        Way::Tree => objects.push((8, b"<< /Limits [(a) (b)] /Names [(a) 4 0 R] >>".to_vec())),
        Way::ObjectStreamBomb => objects.push((
            7,
            flate("/Type /ObjStm /N 1 /First 5", &vec![b' '; 40_000_000]),
        )),
        Way::Two => {
            objects.push((9, b"<< /F (xrechnung.xml) /EF << /F 10 0 R >> >>".to_vec()));
            let other = String::from_utf8_lossy(content).replace("2026", "2027");
            objects.push((10, flate(kind, other.as_bytes())));
        }
        Way::ObjectStream => objects = in_object_stream(objects),
        _ => {}
    }
    let mut file = assembled(&objects, way);
    if way == Way::Updated {
        let at = file.len();
        file.extend(b"5 0 obj\n");
        file.extend(flate(kind, content));
        file.extend(format!("\nendobj\nxref\n5 1\n{at:010} 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n").bytes());
    }
    file
}

/// Everything that is no stream moves into an object stream.
fn in_object_stream(objects: Vec<(u32, Vec<u8>)>) -> Vec<(u32, Vec<u8>)> {
    let (alone, inside): (Vec<_>, Vec<_>) = objects.into_iter().partition(|(id, _)| *id == 5);
    let (mut head, mut body) = (String::new(), Vec::new());
    for (id, value) in &inside {
        head.push_str(&format!("{id} {} ", body.len()));
        body.extend(value);
        body.push(b'\n');
    }
    let content = [head.as_bytes(), &body].concat();
    let dict = format!("/Type /ObjStm /N {} /First {}", inside.len(), head.len());
    let mut objects = alone;
    objects.push((7, flate(&dict, &content)));
    objects
}

fn assembled(objects: &[(u32, Vec<u8>)], way: Way) -> Vec<u8> {
    let mut file = match way {
        Way::Untidy => b"\n\nsome bytes\n%PDF-1.7\n".to_vec(),
        _ => b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(),
    };
    let mut table = String::new();
    for (id, value) in objects {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.extend(format!("{id} 0 obj\n").bytes());
        file.extend(value);
        file.extend(b"\nendobj\n");
    }
    let at = file.len();
    let encrypt = if way == Way::Encrypted {
        "/Encrypt 99 0 R"
    } else {
        ""
    };
    if way == Way::ObjectStream {
        file.extend(b"20 0 obj\n");
        file.extend(flate(
            "/Type /XRef /Size 21 /W [1 2 1] /Root 1 0 R",
            &[0; 84],
        ));
        file.extend(b"\nendobj\n");
    } else {
        file.extend(
            format!(
                "xref\n0 {}\n{table}trailer\n<< /Size 12 /Root 1 0 R {encrypt} >>\n",
                objects.len()
            )
            .bytes(),
        );
    }
    file.extend(format!("startxref\n{at}\n%%EOF\n").bytes());
    file
}
