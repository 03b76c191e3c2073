-- Asks for recommendations for users of a file, in an order of chance that is the same each time.
math.randomseed(20191001)
local users = {}
for line in io.lines(os.getenv("BENCH_USERS")) do users[#users + 1] = line end
request = function()
    return wrk.format("GET", "/users/" .. users[math.random(#users)] .. "/recommendations")
end
