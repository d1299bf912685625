import MechanismKit
import Testing

@Suite struct EditDistanceTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("table", "table", 0), ("tabel", "table", 2), ("tale", "table", 1),
        ("tables", "table", 1), ("cable", "table", 1), ("kitten", "sitting", 3),
    ])
    func `inserted, removed and changed bytes count, in either direction`(left: String, right: String, distance: Int) {
        #expect(left.editDistance(to: right) == distance)
        #expect(right.editDistance(to: left) == distance)
    }
}
