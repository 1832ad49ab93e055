//! Lines of bounded length: one that is longer is passed over without being held.

use std::io::{self, BufRead};

/// The longest line that is read, in bytes: several times the largest service model.
pub(crate) const LONGEST: usize = 16 << 20;

/// How much room is kept from line to line.
const KEPT: usize = 1 << 20;

/// The lines of a reader.
pub(crate) struct Lines<R> {
    input: R,
    line: Vec<u8>,
}

/// What comes next.
#[derive(Debug, PartialEq)]
pub(crate) enum Next<'a> {
    /// A line, without its end.
    Line(&'a [u8]),
    /// A line with nothing but white space, which asks for nothing.
    Blank,
    /// A line beyond [`LONGEST`].
    TooLong,
    /// The end of the input.
    End,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, line: Vec::new() }
    }

    /// Reads the next line. The last needs no end.
    pub(crate) fn next(&mut self) -> io::Result<Next<'_>> {
        self.line.clear();
        self.line.shrink_to(KEPT);
        let (mut is_too_long, mut is_any) = (false, false);
        loop {
            let piece = match self.input.fill_buf() {
                Ok(piece) => piece,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if piece.is_empty() {
                break;
            }
            is_any = true;
            let end = piece.iter().position(|byte| *byte == b'\n');
            let part = &piece[..end.unwrap_or(piece.len())];
            is_too_long |= self.line.len() + part.len() > LONGEST;
            if !is_too_long {
                self.line.extend_from_slice(part);
            }
            let used = end.map_or(piece.len(), |end| end + 1);
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(match () {
            () if !is_any => Next::End,
            () if is_too_long => Next::TooLong,
            () if self.line.trim_ascii().is_empty() => Next::Blank,
            () => Next::Line(&self.line),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_one_by_one_and_the_last_needs_no_end() {
        let mut lines = Lines::new(&b"a\n\n \r\nb"[..]);
        for next in [Next::Line(b"a"), Next::Blank, Next::Blank, Next::Line(b"b"), Next::End, Next::End] {
            assert_eq!(lines.next().unwrap(), next);
        }
    }

    #[test]
    fn a_line_beyond_the_limit_is_passed_over_and_the_next_is_read() {
        let mut input = vec![b'x'; LONGEST + 1];
        input.extend_from_slice(b"\nnext\n");
        let mut lines = Lines::new(&input[..]);
        assert_eq!(lines.next().unwrap(), Next::TooLong);
        assert_eq!(lines.next().unwrap(), Next::Line(b"next"));
        assert!(lines.line.capacity() <= KEPT);
    }
}
