import Testing

@testable import Master

@Suite struct CommandLineCredentialsTests {
    @Test(arguments: [
        ("user=mail passwd=word host=x", 17), ("passwd=", 7), ("-Opasswd=x", 9), ("[passwd=x]", 8),
        ("user=mail", nil), ("passwdcolumn=password", nil), ("", nil), ("passwd", nil),
    ])
    func `a password begins behind its name`(word: String, offset: Int?) {
        #expect(CommandLineCredentials.offset(in: Array(word.utf8)) == offset)
        #expect(CommandLineCredentials.areIn(word) == (offset != nil))
    }
}
