//! The turnstile between a server and the protocol readers: nothing is announced to us that we would not keep.
//!
//! async-imap allocates what an IMAP literal announces, and lettre reads a reply line until its end, however far off.
//! So the bytes are looked at before the readers see them: a literal over [`MAX_LITERAL`] or a line over [`MAX_LINE`] is
//! an error, and the bytes that announce it are never handed on. Knows the framing of IMAP and SMTP, nothing of what is said.
//! Invariant: once it refused, it refuses for good.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// Largest sum of literals in one response, in bytes: a mail of 10 MiB and what may come with it.
pub const MAX_LITERAL: u64 = 12 * 1024 * 1024;
/// Longest line, in bytes; for IMAP the lines of one response together.
pub const MAX_LINE: usize = 64 * 1024;

/// A stream whose incoming side is watched.
#[derive(Debug)]
pub struct Guard<S> {
    inner: S,
    watch: Watch,
    /// Bytes to be read before those of the stream (a greeting that was read already).
    first: Vec<u8>,
    /// Set once something was refused.
    refused: Option<&'static str>,
}

/// What the watcher knows of the bytes so far.
#[derive(Debug)]
enum Watch {
    /// Lines only (SMTP): the length of the present one.
    Lines(usize),
    /// IMAP responses.
    Imap(Response),
}

/// One IMAP response: lines joined by literals (RFC 3501 section 2.2, 4.3).
#[derive(Debug, Default)]
struct Response {
    /// First bytes of the response: they tell whether it can hold a literal at all.
    head: Vec<u8>,
    /// Last bytes of the present line: `{123}` and CRLF would be among them.
    tail: Vec<u8>,
    /// Bytes of its lines.
    lines: usize,
    /// Bytes of its literals.
    literals: u64,
    /// Bytes of the present literal still to come.
    pending: u64,
}

impl<S> Guard<S> {
    /// Watches an IMAP stream.
    pub fn imap(inner: S) -> Guard<S> {
        Guard {
            inner,
            watch: Watch::Imap(Response::default()),
            first: Vec::new(),
            refused: None,
        }
    }

    /// Watches a stream of lines; `first` is read before what the stream brings.
    pub fn lines(inner: S, first: &[u8]) -> Guard<S> {
        Guard {
            inner,
            watch: Watch::Lines(0),
            first: first.to_vec(),
            refused: None,
        }
    }
}

impl Watch {
    fn see(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        match self {
            Watch::Lines(length) => {
                for &byte in bytes {
                    *length = if byte == b'\n' { 0 } else { *length + 1 };
                    if *length > MAX_LINE {
                        return Err("the server sent a line longer than 64 KiB");
                    }
                }
                Ok(())
            }
            Watch::Imap(response) => response.see(bytes),
        }
    }
}

impl Response {
    fn see(&mut self, mut bytes: &[u8]) -> Result<(), &'static str> {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.pending > 0 {
                let skip = usize::try_from(self.pending)
                    .map_or(bytes.len(), |pending| pending.min(bytes.len()));
                self.pending -= skip as u64;
                bytes = &bytes[skip..];
                continue;
            }
            self.line_byte(byte)?;
            bytes = rest;
        }
        Ok(())
    }

    fn line_byte(&mut self, byte: u8) -> Result<(), &'static str> {
        self.lines += 1;
        if self.lines > MAX_LINE {
            return Err("the server sent a line longer than 64 KiB");
        }
        if self.head.len() < 12 {
            self.head.push(byte);
        }
        if self.tail.len() == 24 {
            self.tail.remove(0);
        }
        self.tail.push(byte);
        if byte != b'\n' {
            return Ok(());
        }
        let announced = if self.is_text() {
            None
        } else {
            announced(&self.tail)
        };
        self.tail.clear();
        let Some(length) = announced else {
            *self = Response::default();
            return Ok(());
        };
        self.literals = self.literals.saturating_add(length);
        if self.literals > MAX_LITERAL {
            return Err("the server announced more than 12 MiB at once");
        }
        self.pending = length;
        Ok(())
    }

    /// Status responses, continuations and tagged replies end in text for a person: `{12}` there announces nothing.
    // RFC 3501 section 7.1: resp-text
    fn is_text(&self) -> bool {
        let Some(rest) = self.head.strip_prefix(b"* ") else {
            return true;
        };
        [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"]
            .iter()
            .any(|word| {
                rest.len() > word.len()
                    && rest[..word.len()].eq_ignore_ascii_case(word)
                    && matches!(rest[word.len()], b' ' | b'\r' | b'\n')
            })
    }
}

/// The number of a literal announced at the end of a line; too large for a number counts as endless.
fn announced(tail: &[u8]) -> Option<u64> {
    let line = tail.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_suffix(b"}")?;
    let line = line.strip_suffix(b"+").unwrap_or(line);
    let digits = line.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let (before, number) = line.split_at(line.len() - digits);
    if digits == 0 || !(before.is_empty() || before.ends_with(b"{")) {
        return None;
    }
    Some(
        std::str::from_utf8(number)
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(u64::MAX),
    )
}

fn refusal(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Some(why) = this.refused {
            return Poll::Ready(Err(refusal(why)));
        }
        if !this.first.is_empty() {
            let count = this.first.len().min(buf.remaining());
            buf.put_slice(&this.first[..count]);
            this.first.drain(..count);
            return Poll::Ready(Ok(()));
        }
        let start = buf.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {}
            other => return other,
        }
        if let Err(why) = this.watch.see(&buf.filled()[start..]) {
            buf.set_filled(start);
            this.refused = Some(why);
            return Poll::Ready(Err(refusal(why)));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Guard<TlsStream<TcpStream>> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.inner.get_ref().0.peer_addr()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tokio::io::AsyncReadExt;

    /// All bytes that come through, and the refusal if there was one.
    fn through(mut guard: Guard<&[u8]>) -> (Vec<u8>, Option<String>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut all = Vec::new();
            let mut piece = [0; 1000];
            loop {
                match guard.read(&mut piece).await {
                    Ok(0) => return (all, None),
                    Ok(count) => all.extend_from_slice(&piece[..count]),
                    Err(error) => {
                        assert!(guard.read(&mut piece).await.is_err(), "it refuses for good");
                        return (all, Some(error.to_string()));
                    }
                }
            }
        })
    }

    fn imap(bytes: &[u8]) -> Option<String> {
        through(Guard::imap(bytes)).1
    }

    #[test]
    fn an_announced_literal_over_the_limit_is_refused_before_it_is_seen() {
        let bytes = b"* 1 FETCH (UID 7 BODY[] {400000000}\r\nsome";
        let (seen, refused) = through(Guard::imap(&bytes[..]));
        assert!(seen.is_empty());
        assert!(refused.unwrap().contains("12 MiB"));
        assert!(imap(b"* 1 FETCH (BODY[] {12582913}\r\n").is_some());
        assert!(imap(b"* 1 FETCH (BODY[] {12582912}\r\n").is_none());
        assert!(imap(b"* 1 FETCH (BODY[] {99999999999999999999999999}\r\n").is_some());
        assert!(imap(b"* 1 FETCH (BODY[] ~{400000000}\r\n").is_some());
        assert!(imap(b"* LIST () \"/\" {400000000+}\r\n").is_some());
    }

    #[test]
    fn literals_of_one_response_count_together() {
        let mut bytes = b"* 1 FETCH (BODY[1] {8000000}\r\n".to_vec();
        bytes.resize(bytes.len() + 8_000_000, b'x');
        let one = [&bytes[..], b")\r\n"].concat();
        assert_eq!(imap(&[&one[..], &one[..]].concat()), None);
        let two = [&bytes[..], b" BODY[2] {8000000}\r\n"].concat();
        assert!(imap(&two).unwrap().contains("12 MiB"));
    }

    #[test]
    fn the_text_of_a_mail_announces_nothing() {
        let body = "see {400000000}\r\nand {400000000}\r\n";
        let fetch = format!(
            "* 1 FETCH (BODY[] {{{}}}\r\n{body})\r\na1 OK done\r\n",
            body.len()
        );
        let (seen, refused) = through(Guard::imap(fetch.as_bytes()));
        assert_eq!((seen, refused), (fetch.into_bytes(), None));
    }

    #[test]
    fn text_for_a_person_announces_nothing_and_hides_nothing() {
        assert_eq!(
            imap(b"* OK hello {400000000}\r\na1 NO {400000000}\r\n"),
            None
        );
        // A reader that took the number at its word would overlook the second line.
        assert!(imap(b"* BYE {1000}\r\n* 1 FETCH (BODY[] {400000000}\r\n").is_some());
        assert!(imap(b"+ {1000}\r\n* 1 FETCH (BODY[] {400000000}\r\n").is_some());
    }

    #[test]
    fn long_lines_are_refused_in_both_protocols() {
        let line = vec![b'a'; MAX_LINE + 1];
        assert!(imap(&line).unwrap().contains("64 KiB"));
        assert!(through(Guard::lines(&line[..], b"")).1.is_some());
        let lines = b"250-one\r\n".repeat(20_000);
        assert_eq!(through(Guard::lines(&lines[..], b"")).1, None);
    }

    #[test]
    fn what_was_read_already_comes_first() {
        let (seen, refused) = through(Guard::lines(&b"250 ok\r\n"[..], b"220 ready\r\n"));
        assert_eq!(
            (seen.as_slice(), refused),
            (&b"220 ready\r\n250 ok\r\n"[..], None)
        );
    }

    proptest! {
        /// However the bytes arrive, the verdict is the same, and what came through is a beginning of what was sent.
        #[test]
        fn pieces_make_no_difference(
            words in proptest::collection::vec("(\\* 1 FETCH \\(|\\{[0-9]{1,9}\\}\r\n|\r\n|\\* OK |[a-z ]{0,9})", 0..12),
            cut in 0usize..200,
        ) {
            let bytes = words.concat().into_bytes();
            let cut = cut.min(bytes.len());
            let mut whole = Watch::Imap(Response::default());
            let mut pieces = Watch::Imap(Response::default());
            let verdict = whole.see(&bytes);
            let in_pieces = pieces.see(&bytes[..cut]).and_then(|()| pieces.see(&bytes[cut..]));
            prop_assert_eq!(verdict, in_pieces);
            let (seen, refused) = through(Guard::imap(&bytes[..]));
            prop_assert!(bytes.starts_with(&seen));
            prop_assert_eq!(refused.is_some(), verdict.is_err());
        }
    }
}
