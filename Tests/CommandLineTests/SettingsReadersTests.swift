import Foundation
import TestSupport
import Testing

@testable import CommandLine

/// What a settings file means to its other readers: a shell, and systemd's `EnvironmentFile=`.
@Suite struct SettingsReadersTests {
    private static let names = ["A", "B", "C"]

    /// The values of the names, where they are set; `nil` where the file is refused.
    private func values(_ text: String) -> [String?]? {
        guard let outcome = try? AssignmentReader.read(Array(text.utf8)) else { return nil }
        return Self.names.map { name in
            outcome.assignments.last { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
        }
    }

    /// What a shell that reads the files has in its variables; `nil` where it complains.
    private func shellValues(_ texts: [String]) throws -> [[String?]?] {
        let folder = try TemporaryFolder()
        for (number, text) in texts.enumerated() {
            try text.write(toFile: folder.path("\(number)"), atomically: false, encoding: .utf8)
        }
        // It can run no command: those of no path are not found.
        let script = """
            cd "$1"; PATH=/nonexistent; last=$2
            tell() { for n in A B C; do eval "printf '%s\\001' \\"\\${$n-unset}\\""; done; }
            file=0
            while [ $file -lt $last ]; do
                ( unset A B C; . ./$file && tell >"./$file.out" ) 2>"./$file.err"
                [ -s ./$file.err ] || [ ! -e ./$file.out ] || : >"./$file.fine"
                file=$((file + 1))
            done
            """
        try Command("/bin/sh", "-c", script, "sh", folder.url.path, "\(texts.count)").run()
        return try texts.indices.map { number in
            guard FileManager.default.fileExists(atPath: folder.path("\(number).fine")) else { return nil }
            let output = try String(contentsOfFile: folder.path("\(number).out"), encoding: .utf8)
            return output.split(separator: "\u{1}", omittingEmptySubsequences: false).dropLast()
                .map { $0 == "unset" ? nil : String($0) }
        }
    }

    /// What systemd's own reader finds in the file; `nil` where it is not installed.
    private func systemdValues(_ text: String) throws -> [String?]? {
        let folder = try TemporaryFolder()
        try text.write(toFile: folder.path("file"), atomically: false, encoding: .utf8)
        let script = """
            import ctypes, glob, sys
            found = glob.glob("/usr/lib/*/systemd/libsystemd-shared-*.so")
            if not found: sys.exit(3)
            systemd, libc = ctypes.CDLL(found[0]), ctypes.CDLL(None)
            libc.fopen.restype = ctypes.c_void_p
            path = sys.argv[1].encode()
            file, result = libc.fopen(path, b"re"), ctypes.POINTER(ctypes.c_char_p)()
            if systemd.load_env_file(ctypes.c_void_p(file), path, ctypes.byref(result)) < 0: sys.exit(1)
            values, index = {}, 0
            while result and result[index]:
                name, value = result[index].split(b"=", 1)
                values[name] = value
                index += 1
            for name in (b"A", b"B", b"C"): sys.stdout.buffer.write(values.get(name, b"unset") + b"\\x01")
            """
        let result = try Command("/usr/bin/python3", "-c", script, folder.path("file")).run()
        guard result.status != 3 else { return nil }
        #expect(result.status == 0, "\(result.complaints)")
        return result.output.split(separator: "\u{1}", omittingEmptySubsequences: false).dropLast()
            .map { $0 == "unset" ? nil : String($0) }
    }

    @Test func `what a shell takes for assignments has the same values here, or is refused`() throws {
        let pieces = [
            "A=", "B=", "C=", "A=", "B=", "export ", "\nunset A\n", "\n", "\n", "\n", " ", " ", "\t", "\"", "\"", "'",
            "\\",
            "\\\n", "#", ";", "x", "y .z", "/run", "-c", "=", "$A", "${A}", "$B/x", "${B:-w}", "${C-\"v v\"}",
            "${C:=u}",
            "${A:+t}", "A+=", "$", "\\$", "\\\"", "%", "é",
        ]
        var generator = SeededGenerator(seed: 0x5a51)
        let texts = (0..<3000).map { _ in
            (0..<Int.random(in: 1...14, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
                .joined()
        }
        var compared = 0
        for (text, expected) in zip(texts, try shellValues(texts)) {
            // A word that comes to nothing is no command to a shell.
            guard let expected, let found = values(text), !text.contains(" $"), !text.contains("\t$") else { continue }
            compared += 1
            #expect(found == expected, "\(text.debugDescription)")
        }
        #expect(compared > 200)
    }

    @Test(arguments: [
        "A=-c -n 5", "A=a b  c \nB=1", "A = 1", "A = \"a b\"", "\tA = 'a  b' \nB =\t\"\"", "A = \"a \\\" b\\\\\"",
        "A= 1", "A=--user saslauth", "A=5 \\\n  -c\nB=2", "; A=1\nB=2",
        "A=x y\\ \nB=1",
        "A=\"-c\"\r\nB='2'\r\nC=-a b\r\n", "A=user=a db=b passwd=c", "A=-O \"a b\" -c", "A=a \"b;c\" d", "A=\n B=2",
        "A=x y\\",
        "A=a\\ b c\\\\d e",
    ])
    func `what a shell would take for a command has systemd's values`(text: String) throws {
        guard let expected = try systemdValues(text) else { return }
        #expect(values(text) == expected)
    }

    @Test(arguments: [
        "A=1\nB=\"2 3\"\nC='4 5'", "A=\"a \\\n b\"\nB=a\\\nb", "A=a\\ b\nB=\"\\\\\\$\\`\\\"\\x\"", "# c\n\n A=1",
        "A='x\ny'",
        "A=a#b\nB=\"#\"", "A=\nB=\"\"", "A=\"a\"'b'",
    ])
    func `what a shell and systemd take for the same means that`(text: String) throws {
        #expect(try shellValues([text]) == [values(text)])
        guard let expected = try systemdValues(text) else { return }
        #expect(values(text) == expected)
    }
}
