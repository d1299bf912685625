import Testing

@testable import CommandLine

struct CommandLineSecretTests {
    private func places(_ words: String...) -> [[Int]] {
        CommandLineSecret.places(in: words.map { Array($0.utf8) }).map { [$0.word, $0.offset] }
    }

    @Test func `a password among settings is found, in a word of its own or joined to its letter`() {
        #expect(places("saslauthd", "-a", "mysql", "-O", "user=mail passwd=word db=mail") == [[4, 17]])
        #expect(places("saslauthd", "-Opasswd=word") == [[1, 9]])
        #expect(places("saslauthd", "-O", "[passwd=a word]", "-O", "users.db_passwd=x") == [[2, 8], [4, 16]])
    }

    @Test func `other words stay as they are`() {
        #expect(places("saslauthd", "-O", "/etc/passwd", "-O", "passwd=", "passwd", "").isEmpty)
        #expect(places().isEmpty)
    }
}
