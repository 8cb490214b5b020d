-- Pandoc's filter: a page of the repository becomes one of the site. site.sh gives it path (of the page, from the
-- root), kind (page, list or code) and work, a folder with the list of pages, which takes what the page links to and
-- what is found in it. The site has the folders of the repository, so that links keep their form.
local path, work, kind, folder
local List, stringify = pandoc.List, pandoc.utils.stringify

-- docs/en/x.md and docs/ko/x.md, README.md and README.ko.md
local function language_of(name)
  return name:match("^docs/(%a%a)/") or name:match("%.(%a%a)%.md$") or (name == "README.md" and "en") or nil
end

local function twin_of(name)
  if name == "README.md" then return "README.ko.md" end
  if name == "README.ko.md" then return "README.md" end
  local from, rest = name:match("^docs/(%a%a)(/.*)")
  return from and "docs/" .. (from == "en" and "ko" or "en") .. rest
end

local function is_folder(name)
  local file = io.open(name)
  if not file then return false end
  local _, _, code = file:read(1)
  file:close()
  return code == 21  -- EISDIR
end

-- Without "..", from the root of the repository.
local function resolve(target)
  local parts = List()
  for part in (folder .. target):gmatch("[^/]+") do
    if part == ".." then parts:remove() elseif part ~= "." then parts:insert(part) end
  end
  return table.concat(parts, "/")
end

-- The file of the site that a file of the repository is in.
local function html(name)
  if name:match("%.svg$") or name:match("%.gif$") or name:match("%.png$") then return name end
  local page = name:match("^(.*)%.md$")
  if page then return page:gsub("README", "index") .. ".html" end
  return is_folder(resolve(name)) and name:gsub("/$", "") .. "/files.html" or name .. ".html"
end

local linked = {}
local function link(target)
  if target:match("^%a+:") or target:match("^#") then return target end
  local name, anchor = target:match("^([^#]*)(.*)$")
  linked[resolve(name)] = true
  return html(name) .. anchor
end

local function quoted(text) return '"' .. text:gsub('["\\]', "\\%0"):gsub("%s+", " ") .. '"' end

-- The words of blocks, for the index: without formulas, with code.
local function words_of(blocks)
  local code = List()
  local function spaced(block)
    block.content:insert(pandoc.Space())
    return block
  end
  local text = stringify(pandoc.Div(blocks):walk({
    Math = function() return {} end,
    SoftBreak = pandoc.Space,
    Plain = spaced,
    Para = spaced,
    CodeBlock = function(block) code:insert(block.text) end,
  }))
  return text .. " " .. table.concat(code, " ")
end

-- Numbers the sections, in an anchor of their own: the same in each language. Returns them, and what is in each.
local function number_sections(blocks, permalink)
  local sections, words, numbers = List(), List({{id = "site-text", title = "", blocks = List()}}), {0, 0}
  for _, block in ipairs(blocks) do
    if block.t == "Header" and block.level > 1 then
      local level = math.min(block.level, 3) - 1
      numbers[level], numbers[level + 1] = numbers[level] + 1, 0
      local id = "s" .. table.concat(numbers, ".", 1, level)
      sections:insert({id = id, level = tostring(level), title = block.content:clone()})
      words:insert({id = id, title = stringify(block.content), blocks = List()})
      block.content:insert(1, pandoc.Span({}, {id = id}))
      block.content:insert(pandoc.Link("§", "#" .. id, permalink, {class = "section"}))
    elseif block.t ~= "Header" then
      words[#words].blocks:insert(block)
    end
  end
  return sections, words
end

local function write(directory, lines)
  local file = assert(io.open(work .. "/" .. directory .. "/" .. path:gsub("/", "%%"), "w"))
  for _, line in ipairs(lines) do file:write(line, "\n") end
  file:close()
end

-- What page.html tells of the other pages: where they are, which is before and after this one.
local function navigation(meta, language)
  local pages, at = List(), nil
  for line in io.lines(work .. "/pages") do
    local name, title = line:match("^(.-)\t(.*)$")
    if language_of(name) == language then
      pages:insert({href = meta.root .. html(name), title = title, current = name == path})
      if name == path then at = #pages end
    end
  end
  meta.pages, meta.onward = pages, at ~= nil
  if at then meta.previous, meta.next = pages[at - 1], pages[at + 1] end
end

function Pandoc(doc)
  local meta, blocks = doc.meta, doc.blocks
  path, work, kind = stringify(meta.path), stringify(meta.work), stringify(meta.kind)
  folder = path:match("^.*/") or ""
  local language, twin = language_of(path), twin_of(path)
  meta.root = folder:gsub("[^/]+", "..")
  meta.lang = language or "en"

  meta.text = {}
  for name, text in pairs(meta.texts) do  -- pages in no language have both
    local en, ko = stringify(text.en), stringify(text.ko)
    meta.text[name] = language == "ko" and ko or (language == "en" or en == ko) and en or en .. " · " .. ko
  end
  meta.languages = List()
  for _, other in ipairs({"en", "ko"}) do
    if other ~= language then
      local start = other == "en" and "README.md" or "README.ko.md"
      local href = meta.root .. html(language and twin or start)
      local name = stringify(meta.texts.language[other])
      meta.languages:insert({lang = other, name = name, href = href, is_twin = language ~= nil})
    end
  end
  navigation(meta, meta.lang)

  local title = kind == "code" and path or stringify(blocks[1].content)
  meta.pagetitle = title .. " · " .. stringify(meta.texts.site[meta.lang])
  if kind == "code" then
    blocks:insert(1, pandoc.Header(1, pandoc.Code(path)))
    return pandoc.Pandoc(blocks, meta)
  end

  -- The line of links below the title is in the header of every page.
  local is_line = false
  local first = blocks[2]
  if twin and first and first.t == "Para" then
    first:walk({Link = function(l) is_line = is_line or resolve(l.target) == twin end})
    if is_line then blocks:remove(2) end
  end
  local sections, words = number_sections(blocks, meta.text.section)
  meta.sections = sections
  local index = List()
  for _, section in ipairs(words) do
    index:insert("[" .. table.concat({quoted(html(path)), quoted(section.id), quoted(meta.lang), quoted(title),
      quoted(section.title), quoted(words_of(section.blocks))}, ", ") .. "],")
  end
  write("index", kind == "page" and index or {})

  local body = pandoc.Div(blocks):walk({
    Link = function(l) l.target = link(l.target) return l end,
    Image = function(image) image.src = link(image.src) return image end,
  })
  local targets = List()
  for name in pairs(linked) do targets:insert(name) end
  write("links", targets)
  return pandoc.Pandoc(body.content, meta)
end
