package import JSON

extension JSONWriter {
    /// Writes recommendations as an array of `product_id`, `score`, `because` (of `product_id` and `share`),
    /// `category_share` and `source`: as the API answers and the command prints them.
    package mutating func recommendations(_ recommendations: [Recommendation]) {
        array { json in
            for recommendation in recommendations {
                json.object { json in
                    json.member("product_id", recommendation.productID)
                    json.member("score", recommendation.score)
                    json.key("because")
                    json.array { json in
                        for reason in recommendation.because {
                            json.object { json in
                                json.member("product_id", reason.productID)
                                json.member("share", reason.share)
                            }
                        }
                    }
                    json.member("category_share", recommendation.categoryShare)
                    json.member("source", recommendation.source.rawValue)
                }
            }
        }
    }
}
