import Glibc
import Platform

/// The terminal or file that views are written to.
struct TopOutput: ~Copyable {
    /// The screen on which each view replaces the one before; `nil`: views follow each other, without escape sequences.
    private let screen: TerminalScreen?
    private let hasColour: Bool

    /// Takes the screen if standard output is a terminal that can show one.
    init() throws(SystemError) {
        screen = TerminalScreen.isPossible ? try TerminalScreen() : nil
        hasColour = Program.variable("NO_COLOR") ?? "" == ""
    }

    /// Shows a view; `false` when the reader is gone.
    func show(_ moment: TopView.Moment) -> Bool {
        switch screen {
        case .some(let screen):
            screen.show(TopView(moment, width: screen.size.columns).lines.map { hasColour ? $0.coloured : $0.text })
        case nil:
            StandardStream.output.write(TopView(moment, width: .max).lines.map { "\($0.text)\n" }.joined() + "\n")
        }
    }

    /// Waits for an event, at most `milliseconds`.
    func wait(orInputOn descriptor: CInt?, milliseconds: CInt) throws(SystemError) -> TerminalScreen.Event? {
        switch screen {
        case .some(let screen): try screen.wait(orInputOn: descriptor, milliseconds: milliseconds)
        case nil: try waitForInput(on: [descriptor ?? -1], milliseconds: milliseconds).isEmpty ? nil : .input
        }
    }
}

extension TopView.Line {
    /// The text with the escape sequences of its style, ECMA-48.
    fileprivate var coloured: String {
        switch style {
        case .plain: text
        case .heading: "\u{1B}[1m\(text)\u{1B}[0m"
        case .alarm: "\u{1B}[31m\(text)\u{1B}[0m"
        }
    }
}
