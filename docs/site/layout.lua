-- Pandoc's filter after site.lua: how a page is laid out. Prose, and what it speaks of beside it; formulas, tables.
local List, stringify = pandoc.List, pandoc.utils.stringify

-- Chromium shows \mathrm's letters one by one, in italics. Formulas side by side are parted, to go below each other
-- where there is no room.
local function formulas(math)
  math.text = math.text:gsub("\\mathrm", "\\text")
  if math.mathtype ~= "DisplayMath" or math.text:match("\\begin") then return math end
  local parts = List()
  for part in (math.text .. "\\qquad"):gmatch("(.-)\\qquad") do parts:insert(pandoc.Math("DisplayMath", part)) end
  return parts
end

-- No line ends between a formula and a comma.
local function keep_together(inlines)
  for i = #inlines - 1, 1, -1 do
    if inlines[i].mathtype == "InlineMath" and inlines[i + 1].t == "Str" then
      inlines[i] = pandoc.Span({inlines[i], inlines:remove(i + 1)}, {class = "short"})
    end
  end
  return inlines
end

local function div(class, blocks) return pandoc.Div(blocks, {class = class}) end

local function only(block, kind_of_inline)
  return block and (block.t == "Para" or block.t == "Plain") and #block.content == 1
      and block.content[1].t == kind_of_inline
end

-- What stands beside the prose at blocks[i]: code, with the link to its file above it, or a figure, with its caption
-- below. Returns it and the number of its blocks.
local function exhibit(blocks, i)
  local block, after = blocks[i], blocks[i + 1]
  if block.t == "CodeBlock" then return div("code", {block}), 1 end
  if only(block, "Link") and after and after.t == "CodeBlock" then
    return div("code", {div("source", {block}), after}), 2
  end
  if only(block, "Image") then
    if only(after, "Emph") then return div("figure", {block, div("caption", {after})}), 2 end
    return div("figure", {block}), 1
  end
end

-- More than three columns, or a row that is long: a letter of Korean is two wide and has three bytes.
local function is_wide_table(block)
  local longest = 0
  for _, body in ipairs(block.bodies) do
    for _, row in ipairs(body.body) do
      local text = ""
      for _, cell in ipairs(row.cells) do text = text .. stringify(cell.contents) end
      longest = math.max(longest, (#text + utf8.len(text)) / 2)
    end
  end
  return #block.colspecs > 3 or longest > 90
end

local function is_wide(block)
  return block.t == "Header" or (block.t == "Table" and is_wide_table(block))
      or (block.t == "RawBlock" and block.text:match("^</?details"))
end

-- Whether code or a figure comes before the next heading.
local function more(blocks, i)
  while blocks[i] and not is_wide(blocks[i]) do
    if exhibit(blocks, i) then return true end
    i = i + 1
  end
  return false
end

-- Rows of prose and what stands beside it: what follows the prose. The last prose of a section stays in the last row.
local function rows(blocks)
  local result, i = List(), 1
  local before, beside, after = List(), List(), List()
  local function finish()
    local parts = List()
    for _, part in ipairs({{"prose", before}, {"beside", beside}, {"prose", after}}) do
      if #part[2] > 0 then parts:insert(div(part[1], part[2])) end
    end
    if #parts == 1 then result:insert(div("only", parts)) elseif #parts > 1 then result:insert(div("row", parts)) end
    before, beside, after = List(), List(), List()
  end
  while blocks[i] do
    local shown, count = exhibit(blocks, i)
    if is_wide(blocks[i]) then
      finish()
      result:insert(blocks[i])
    elseif shown then
      beside:insert(shown)
    else
      if #beside > 0 and #after == 0 and more(blocks, i) then finish() end
      (#beside > 0 and after or before):insert(blocks[i])
    end
    i = i + (count or 1)
  end
  finish()
  return result
end

function Pandoc(doc)
  if stringify(doc.meta.kind) == "code" then return doc end
  local body = pandoc.Div(rows(doc.blocks)):walk({
    Math = formulas,
    Inlines = keep_together,
    Para = function(para)
      if para.content[1] and para.content[1].mathtype == "DisplayMath" then return div("formula", {para}) end
    end,
    Table = function(block)
      for _, column in ipairs(block.colspecs) do column[2] = nil end  -- as wide as what is in them
      return div("table", {block})
    end,
    Str = function(word)  -- 6-15 and AVX-512 are not parted at their hyphens
      if word.text:match("%w%-%d") then return pandoc.Span({word}, {class = "short"}) end
    end,
    Code = function(code)
      if #code.text <= 28 and not code.text:match("%s") then code.classes:insert("short") end
      return code
    end,
  })
  return pandoc.Pandoc(body.content, doc.meta)
end
