import Platform
import Testing

@testable import Frontend

@Suite struct AgeListTests {
    @Test func `the oldest is the one that was appended first and is still there`() {
        var list = AgeList<String>()
        let places = ["a", "b", "c"].enumerated().map { index, name in
            list.append(name, now: Instant(nanoseconds: UInt64(index)))
        }
        #expect(list.oldest == "a")
        list.remove(places[1])
        #expect(list.oldest == "a")
        list.remove(places[0])
        #expect(list.oldest == "c")
        list.remove(places[2])
        #expect(list.oldest == nil)
        #expect(list.isEmpty)
    }

    @Test func `an element is overdue when it has been there since the limit`() {
        var list = AgeList<String>()
        _ = list.append("a", now: Instant(nanoseconds: 10))
        #expect(list.oldest(since: Instant(nanoseconds: 9)) == nil)
        #expect(list.oldest(since: Instant(nanoseconds: 10)) == "a")
    }

    @Test func `in any order of coming and going it agrees with a plain array`() {
        var random = SystemRandomNumberGenerator()
        var list = AgeList<Int>()
        var model: [(Int, AgeList<Int>.Place)] = []
        for step in 0..<20_000 {
            if model.isEmpty || Bool.random(using: &random) {
                model.append((step, list.append(step, now: Instant(nanoseconds: UInt64(step)))))
            } else {
                let victim = Int.random(in: 0..<model.count, using: &random)
                list.remove(model.remove(at: victim).1)
            }
            #expect(list.count == model.count)
            #expect(list.oldest == model.first?.0)
        }
    }

    @Test func `taking an element out twice is a bug and stops the program`() async {
        await #expect(processExitsWith: .failure) {
            var list = AgeList<Int>()
            let place = list.append(1, now: Instant(nanoseconds: 0))
            list.remove(place)
            list.remove(place)
        }
    }
}
