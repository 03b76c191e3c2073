import Events
import Testing

@testable import FileImport

@Suite("Names of event types")
struct EventNamesTests {
    @Test("that the user gives come before the known ones, in upper or lower case")
    func own() throws {
        let names = try EventNames("clicks=view,Orders=purchase,view=cart,a=b=view")
        #expect(names.type("clicks") == .view)
        #expect(names.type("Clicks") == .view)
        #expect(names.type("orders") == .purchase)
        #expect(names.type("view") == .cart)
        #expect(names.type("a=b") == .view)
        #expect(names.type("addtocart") == .cart)
        #expect(names.type("fav") == nil)
        #expect(names.description == "Orders=purchase,a=b=view,clicks=view,view=cart")
        #expect(EventNames().type("PV") == .view)
    }

    @Test(
        "are refused with what is wrong",
        arguments: [
            ("", "\"\" is not NAME=TYPE"), ("clicks", "\"clicks\" is not NAME=TYPE"),
            ("=view", "\"=view\" is not NAME=TYPE"),
            ("clicks=click", "\"click\" is not one of view, cart, purchase, remove_from_cart"),
            ("a=view,a=cart", "\"a\" is named twice"),
        ])
    func mistakes(text: String, part: String) {
        #expect {
            try EventNames(text)
        } throws: { error in
            "\(error)".contains(part)
        }
    }
}
