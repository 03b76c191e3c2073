-- Single events for wrk: users and products vary, so that the bodies differ.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local count = 0
request = function()
    count = count + 1
    local body = string.format(
        '{"user_id":%d,"product_id":%d,"event_type":"view","user_session":"bench-%d"}',
        count % 1000 + 1, count % 5000 + 1, count % 100)
    return wrk.format(nil, wrk.path, nil, body)
end
