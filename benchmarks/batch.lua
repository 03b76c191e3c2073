-- Batches of 100 events for wrk.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local count = 0
request = function()
    local events = {}
    for index = 1, 100 do
        count = count + 1
        events[index] = string.format(
            '{"user_id":%d,"product_id":%d,"event_type":"view","user_session":"bench-%d"}',
            count % 1000 + 1, count % 5000 + 1, count % 100)
    end
    return wrk.format(nil, wrk.path, nil, "[" .. table.concat(events, ",") .. "]")
end
