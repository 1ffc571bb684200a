// Built by scripts/frontend from frontend/src..
var a2=Object.defineProperty;var d2=Object.getOwnPropertyDescriptor;var a=(M,H,C,V)=>{for(var L=V>1?void 0:V?d2(H,C):H,r=M.length-1,e;r>=0;r--)(e=M[r])&&(L=(V?e(H,C,L):e(L))||L);return V&&L&&a2(H,C,L),L};var b1="M11 10V12H9V14H7V12H5.8C5.4 13.2 4.3 14 3 14C1.3 14 0 12.7 0 11S1.3 8 3 8C4.3 8 5.4 8.8 5.8 10H11M3 10C2.4 10 2 10.4 2 11S2.4 12 3 12 4 11.6 4 11 3.6 10 3 10M16 14C18.7 14 24 15.3 24 18V20H8V18C8 15.3 13.3 14 16 14M16 12C13.8 12 12 10.2 12 8S13.8 4 16 4 20 5.8 20 8 18.2 12 16 12Z";var T1="M20,11V13H8L13.5,18.5L12.08,19.92L4.16,12L12.08,4.08L13.5,5.5L8,11H20Z";var F1="M19,4H15.5L14.5,3H9.5L8.5,4H5V6H19M6,19A2,2 0 0,0 8,21H16A2,2 0 0,0 18,19V7H6V19Z";var R1="M12,17A2,2 0 0,0 14,15C14,13.89 13.1,13 12,13A2,2 0 0,0 10,15A2,2 0 0,0 12,17M18,8A2,2 0 0,1 20,10V20A2,2 0 0,1 18,22H6A2,2 0 0,1 4,20V10C4,8.89 4.9,8 6,8H7V6A5,5 0 0,1 12,1A5,5 0 0,1 17,6V8H18M12,3A3,3 0 0,0 9,6V8H15V6A3,3 0 0,0 12,3Z";var D1="M20.71,7.04C21.1,6.65 21.1,6 20.71,5.63L18.37,3.29C18,2.9 17.35,2.9 16.96,3.29L15.12,5.12L18.87,8.87M3,17.25V21H6.75L17.81,9.93L14.06,6.18L3,17.25Z";var E1="M11,13H13V16H16V11H18L12,6L6,11H8V16H11V13M12,1L21,5V11C21,16.55 17.16,21.74 12,23C6.84,21.74 3,16.55 3,11V5L12,1Z";var M1=globalThis,r1=M1.ShadowRoot&&(M1.ShadyCSS===void 0||M1.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,x1=Symbol(),$1=new WeakMap,G=class{constructor(H,C,V){if(this._$cssResult$=!0,V!==x1)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=H,this.t=C}get styleSheet(){let H=this.o,C=this.t;if(r1&&H===void 0){let V=C!==void 0&&C.length===1;V&&(H=$1.get(C)),H===void 0&&((this.o=H=new CSSStyleSheet).replaceSync(this.cssText),V&&$1.set(C,H))}return H}toString(){return this.cssText}},N1=M=>new G(typeof M=="string"?M:M+"",void 0,x1),u=(M,...H)=>{let C=M.length===1?M[0]:H.reduce((V,L,r)=>V+(e=>{if(e._$cssResult$===!0)return e.cssText;if(typeof e=="number")return e;throw Error("Value passed to 'css' function must be a 'css' function result: "+e+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(L)+M[r+1],M[0]);return new G(C,M,x1)},W1=(M,H)=>{if(r1)M.adoptedStyleSheets=H.map(C=>C instanceof CSSStyleSheet?C:C.styleSheet);else for(let C of H){let V=document.createElement("style"),L=M1.litNonce;L!==void 0&&V.setAttribute("nonce",L),V.textContent=C.cssText,M.appendChild(V)}},n1=r1?M=>M:M=>M instanceof CSSStyleSheet?(H=>{let C="";for(let V of H.cssRules)C+=V.cssText;return N1(C)})(M):M;var{is:p2,defineProperty:m2,getOwnPropertyDescriptor:v2,getOwnPropertyNames:x2,getOwnPropertySymbols:n2,getPrototypeOf:l2}=Object,e1=globalThis,_1=e1.trustedTypes,Z2=_1?_1.emptyScript:"",S2=e1.reactiveElementPolyfillSupport,z=(M,H)=>M,K={toAttribute(M,H){switch(H){case Boolean:M=M?Z2:null;break;case Object:case Array:M=M==null?M:JSON.stringify(M)}return M},fromAttribute(M,H){let C=M;switch(H){case Boolean:C=M!==null;break;case Number:C=M===null?null:Number(M);break;case Object:case Array:try{C=JSON.parse(M)}catch{C=null}}return C}},t1=(M,H)=>!p2(M,H),I1={attribute:!0,type:String,converter:K,reflect:!1,useDefault:!1,hasChanged:t1};Symbol.metadata??=Symbol("metadata"),e1.litPropertyMetadata??=new WeakMap;var k=class extends HTMLElement{static addInitializer(H){this._$Ei(),(this.l??=[]).push(H)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(H,C=I1){if(C.state&&(C.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(H)&&((C=Object.create(C)).wrapped=!0),this.elementProperties.set(H,C),!C.noAccessor){let V=Symbol(),L=this.getPropertyDescriptor(H,V,C);L!==void 0&&m2(this.prototype,H,L)}}static getPropertyDescriptor(H,C,V){let{get:L,set:r}=v2(this.prototype,H)??{get(){return this[C]},set(e){this[C]=e}};return{get:L,set(e){let o=L?.call(this);r?.call(this,e),this.requestUpdate(H,o,V)},configurable:!0,enumerable:!0}}static getPropertyOptions(H){return this.elementProperties.get(H)??I1}static _$Ei(){if(this.hasOwnProperty(z("elementProperties")))return;let H=l2(this);H.finalize(),H.l!==void 0&&(this.l=[...H.l]),this.elementProperties=new Map(H.elementProperties)}static finalize(){if(this.hasOwnProperty(z("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(z("properties"))){let C=this.properties,V=[...x2(C),...n2(C)];for(let L of V)this.createProperty(L,C[L])}let H=this[Symbol.metadata];if(H!==null){let C=litPropertyMetadata.get(H);if(C!==void 0)for(let[V,L]of C)this.elementProperties.set(V,L)}this._$Eh=new Map;for(let[C,V]of this.elementProperties){let L=this._$Eu(C,V);L!==void 0&&this._$Eh.set(L,C)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(H){let C=[];if(Array.isArray(H)){let V=new Set(H.flat(1/0).reverse());for(let L of V)C.unshift(n1(L))}else H!==void 0&&C.push(n1(H));return C}static _$Eu(H,C){let V=C.attribute;return V===!1?void 0:typeof V=="string"?V:typeof H=="string"?H.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(H=>this.enableUpdating=H),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(H=>H(this))}addController(H){(this._$EO??=new Set).add(H),this.renderRoot!==void 0&&this.isConnected&&H.hostConnected?.()}removeController(H){this._$EO?.delete(H)}_$E_(){let H=new Map,C=this.constructor.elementProperties;for(let V of C.keys())this.hasOwnProperty(V)&&(H.set(V,this[V]),delete this[V]);H.size>0&&(this._$Ep=H)}createRenderRoot(){let H=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return W1(H,this.constructor.elementStyles),H}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(H=>H.hostConnected?.())}enableUpdating(H){}disconnectedCallback(){this._$EO?.forEach(H=>H.hostDisconnected?.())}attributeChangedCallback(H,C,V){this._$AK(H,V)}_$ET(H,C){let V=this.constructor.elementProperties.get(H),L=this.constructor._$Eu(H,V);if(L!==void 0&&V.reflect===!0){let r=(V.converter?.toAttribute!==void 0?V.converter:K).toAttribute(C,V.type);this._$Em=H,r==null?this.removeAttribute(L):this.setAttribute(L,r),this._$Em=null}}_$AK(H,C){let V=this.constructor,L=V._$Eh.get(H);if(L!==void 0&&this._$Em!==L){let r=V.getPropertyOptions(L),e=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:K;this._$Em=L;let o=e.fromAttribute(C,r.type);this[L]=o??this._$Ej?.get(L)??o,this._$Em=null}}requestUpdate(H,C,V,L=!1,r){if(H!==void 0){let e=this.constructor;if(L===!1&&(r=this[H]),V??=e.getPropertyOptions(H),!((V.hasChanged??t1)(r,C)||V.useDefault&&V.reflect&&r===this._$Ej?.get(H)&&!this.hasAttribute(e._$Eu(H,V))))return;this.C(H,C,V)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(H,C,{useDefault:V,reflect:L,wrapped:r},e){V&&!(this._$Ej??=new Map).has(H)&&(this._$Ej.set(H,e??C??this[H]),r!==!0||e!==void 0)||(this._$AL.has(H)||(this.hasUpdated||V||(C=void 0),this._$AL.set(H,C)),L===!0&&this._$Em!==H&&(this._$Eq??=new Set).add(H))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(C){Promise.reject(C)}let H=this.scheduleUpdate();return H!=null&&await H,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[L,r]of this._$Ep)this[L]=r;this._$Ep=void 0}let V=this.constructor.elementProperties;if(V.size>0)for(let[L,r]of V){let{wrapped:e}=r,o=this[L];e!==!0||this._$AL.has(L)||o===void 0||this.C(L,void 0,r,o)}}let H=!1,C=this._$AL;try{H=this.shouldUpdate(C),H?(this.willUpdate(C),this._$EO?.forEach(V=>V.hostUpdate?.()),this.update(C)):this._$EM()}catch(V){throw H=!1,this._$EM(),V}H&&this._$AE(C)}willUpdate(H){}_$AE(H){this._$EO?.forEach(C=>C.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(H)),this.updated(H)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(H){return!0}update(H){this._$Eq&&=this._$Eq.forEach(C=>this._$ET(C,this[C])),this._$EM()}updated(H){}firstUpdated(H){}};k.elementStyles=[],k.shadowRootOptions={mode:"open"},k[z("elementProperties")]=new Map,k[z("finalized")]=new Map,S2?.({ReactiveElement:k}),(e1.reactiveElementVersions??=[]).push("2.1.2");var h1=globalThis,U1=M=>M,i1=h1.trustedTypes,Q1=i1?i1.createPolicy("lit-html",{createHTML:M=>M}):void 0,X1="$lit$",w=`lit$${Math.random().toFixed(9).slice(2)}$`,Y1="?"+w,s2=`<${Y1}>`,D=document,j=()=>D.createComment(""),X=M=>M===null||typeof M!="object"&&typeof M!="function",O1=Array.isArray,u2=M=>O1(M)||typeof M?.[Symbol.iterator]=="function",l1=`[ 	
\f\r]`,q=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,G1=/-->/g,z1=/>/g,F=RegExp(`>|${l1}(?:([^\\s"'>=/]+)(${l1}*=${l1}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),K1=/'/g,q1=/"/g,J1=/^(?:script|style|textarea|title)$/i,g1=M=>(H,...C)=>({_$litType$:M,strings:H,values:C}),t=g1(1),$2=g1(2),N2=g1(3),E=Symbol.for("lit-noChange"),i=Symbol.for("lit-nothing"),j1=new WeakMap,R=D.createTreeWalker(D,129);function C2(M,H){if(!O1(M)||!M.hasOwnProperty("raw"))throw Error("invalid template strings array");return Q1!==void 0?Q1.createHTML(H):H}var c2=(M,H)=>{let C=M.length-1,V=[],L,r=H===2?"<svg>":H===3?"<math>":"",e=q;for(let o=0;o<C;o++){let A=M[o],x,l,d=-1,f=0;for(;f<A.length&&(e.lastIndex=f,l=e.exec(A),l!==null);)f=e.lastIndex,e===q?l[1]==="!--"?e=G1:l[1]!==void 0?e=z1:l[2]!==void 0?(J1.test(l[2])&&(L=RegExp("</"+l[2],"g")),e=F):l[3]!==void 0&&(e=F):e===F?l[0]===">"?(e=L??q,d=-1):l[1]===void 0?d=-2:(d=e.lastIndex-l[2].length,x=l[1],e=l[3]===void 0?F:l[3]==='"'?q1:K1):e===q1||e===K1?e=F:e===G1||e===z1?e=q:(e=F,L=void 0);let P=e===F&&M[o+1].startsWith("/>")?" ":"";r+=e===q?A+s2:d>=0?(V.push(x),A.slice(0,d)+X1+A.slice(d)+w+P):A+w+(d===-2?o:P)}return[C2(M,r+(M[C]||"<?>")+(H===2?"</svg>":H===3?"</math>":"")),V]},Y=class M{constructor({strings:H,_$litType$:C},V){let L;this.parts=[];let r=0,e=0,o=H.length-1,A=this.parts,[x,l]=c2(H,C);if(this.el=M.createElement(x,V),R.currentNode=this.el.content,C===2||C===3){let d=this.el.content.firstChild;d.replaceWith(...d.childNodes)}for(;(L=R.nextNode())!==null&&A.length<o;){if(L.nodeType===1){if(L.hasAttributes())for(let d of L.getAttributeNames())if(d.endsWith(X1)){let f=l[e++],P=L.getAttribute(d).split(w),L1=/([.?@])?(.*)/.exec(f);A.push({type:1,index:r,name:L1[2],strings:P,ctor:L1[1]==="."?S1:L1[1]==="?"?s1:L1[1]==="@"?u1:W}),L.removeAttribute(d)}else d.startsWith(w)&&(A.push({type:6,index:r}),L.removeAttribute(d));if(J1.test(L.tagName)){let d=L.textContent.split(w),f=d.length-1;if(f>0){L.textContent=i1?i1.emptyScript:"";for(let P=0;P<f;P++)L.append(d[P],j()),R.nextNode(),A.push({type:2,index:++r});L.append(d[f],j())}}}else if(L.nodeType===8)if(L.data===Y1)A.push({type:2,index:r});else{let d=-1;for(;(d=L.data.indexOf(w,d+1))!==-1;)A.push({type:7,index:r}),d+=w.length-1}r++}}static createElement(H,C){let V=D.createElement("template");return V.innerHTML=H,V}};function N(M,H,C=M,V){if(H===E)return H;let L=V!==void 0?C._$Co?.[V]:C._$Cl,r=X(H)?void 0:H._$litDirective$;return L?.constructor!==r&&(L?._$AO?.(!1),r===void 0?L=void 0:(L=new r(M),L._$AT(M,C,V)),V!==void 0?(C._$Co??=[])[V]=L:C._$Cl=L),L!==void 0&&(H=N(M,L._$AS(M,H.values),L,V)),H}var Z1=class{constructor(H,C){this._$AV=[],this._$AN=void 0,this._$AD=H,this._$AM=C}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(H){let{el:{content:C},parts:V}=this._$AD,L=(H?.creationScope??D).importNode(C,!0);R.currentNode=L;let r=R.nextNode(),e=0,o=0,A=V[0];for(;A!==void 0;){if(e===A.index){let x;A.type===2?x=new J(r,r.nextSibling,this,H):A.type===1?x=new A.ctor(r,A.name,A.strings,this,H):A.type===6&&(x=new c1(r,this,H)),this._$AV.push(x),A=V[++o]}e!==A?.index&&(r=R.nextNode(),e++)}return R.currentNode=D,L}p(H){let C=0;for(let V of this._$AV)V!==void 0&&(V.strings!==void 0?(V._$AI(H,V,C),C+=V.strings.length-2):V._$AI(H[C])),C++}},J=class M{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(H,C,V,L){this.type=2,this._$AH=i,this._$AN=void 0,this._$AA=H,this._$AB=C,this._$AM=V,this.options=L,this._$Cv=L?.isConnected??!0}get parentNode(){let H=this._$AA.parentNode,C=this._$AM;return C!==void 0&&H?.nodeType===11&&(H=C.parentNode),H}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(H,C=this){H=N(this,H,C),X(H)?H===i||H==null||H===""?(this._$AH!==i&&this._$AR(),this._$AH=i):H!==this._$AH&&H!==E&&this._(H):H._$litType$!==void 0?this.$(H):H.nodeType!==void 0?this.T(H):u2(H)?this.k(H):this._(H)}O(H){return this._$AA.parentNode.insertBefore(H,this._$AB)}T(H){this._$AH!==H&&(this._$AR(),this._$AH=this.O(H))}_(H){this._$AH!==i&&X(this._$AH)?this._$AA.nextSibling.data=H:this.T(D.createTextNode(H)),this._$AH=H}$(H){let{values:C,_$litType$:V}=H,L=typeof V=="number"?this._$AC(H):(V.el===void 0&&(V.el=Y.createElement(C2(V.h,V.h[0]),this.options)),V);if(this._$AH?._$AD===L)this._$AH.p(C);else{let r=new Z1(L,this),e=r.u(this.options);r.p(C),this.T(e),this._$AH=r}}_$AC(H){let C=j1.get(H.strings);return C===void 0&&j1.set(H.strings,C=new Y(H)),C}k(H){O1(this._$AH)||(this._$AH=[],this._$AR());let C=this._$AH,V,L=0;for(let r of H)L===C.length?C.push(V=new M(this.O(j()),this.O(j()),this,this.options)):V=C[L],V._$AI(r),L++;L<C.length&&(this._$AR(V&&V._$AB.nextSibling,L),C.length=L)}_$AR(H=this._$AA.nextSibling,C){for(this._$AP?.(!1,!0,C);H!==this._$AB;){let V=U1(H).nextSibling;U1(H).remove(),H=V}}setConnected(H){this._$AM===void 0&&(this._$Cv=H,this._$AP?.(H))}},W=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(H,C,V,L,r){this.type=1,this._$AH=i,this._$AN=void 0,this.element=H,this.name=C,this._$AM=L,this.options=r,V.length>2||V[0]!==""||V[1]!==""?(this._$AH=Array(V.length-1).fill(new String),this.strings=V):this._$AH=i}_$AI(H,C=this,V,L){let r=this.strings,e=!1;if(r===void 0)H=N(this,H,C,0),e=!X(H)||H!==this._$AH&&H!==E,e&&(this._$AH=H);else{let o=H,A,x;for(H=r[0],A=0;A<r.length-1;A++)x=N(this,o[V+A],C,A),x===E&&(x=this._$AH[A]),e||=!X(x)||x!==this._$AH[A],x===i?H=i:H!==i&&(H+=(x??"")+r[A+1]),this._$AH[A]=x}e&&!L&&this.j(H)}j(H){H===i?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,H??"")}},S1=class extends W{constructor(){super(...arguments),this.type=3}j(H){this.element[this.name]=H===i?void 0:H}},s1=class extends W{constructor(){super(...arguments),this.type=4}j(H){this.element.toggleAttribute(this.name,!!H&&H!==i)}},u1=class extends W{constructor(H,C,V,L,r){super(H,C,V,L,r),this.type=5}_$AI(H,C=this){if((H=N(this,H,C,0)??i)===E)return;let V=this._$AH,L=H===i&&V!==i||H.capture!==V.capture||H.once!==V.once||H.passive!==V.passive,r=H!==i&&(V===i||L);L&&this.element.removeEventListener(this.name,this,V),r&&this.element.addEventListener(this.name,this,H),this._$AH=H}handleEvent(H){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,H):this._$AH.handleEvent(H)}},c1=class{constructor(H,C,V){this.element=H,this.type=6,this._$AN=void 0,this._$AM=C,this.options=V}get _$AU(){return this._$AM._$AU}_$AI(H){N(this,H)}};var h2=h1.litHtmlPolyfillSupport;h2?.(Y,J),(h1.litHtmlVersions??=[]).push("3.3.3");var H2=(M,H,C)=>{let V=C?.renderBefore??H,L=V._$litPart$;if(L===void 0){let r=C?.renderBefore??null;V._$litPart$=L=new J(H.insertBefore(j(),r),r,void 0,C??{})}return L._$AI(M),L};var f1=globalThis,Z=class extends k{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let H=super.createRenderRoot();return this.renderOptions.renderBefore??=H.firstChild,H}update(H){let C=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(H),this._$Do=H2(C,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return E}};Z._$litElement$=!0,Z.finalized=!0,f1.litElementHydrateSupport?.({LitElement:Z});var O2=f1.litElementPolyfillSupport;O2?.({LitElement:Z});(f1.litElementVersions??=[]).push("4.2.2");var g2={attribute:!0,type:String,converter:K,reflect:!1,hasChanged:t1},f2=(M=g2,H,C)=>{let{kind:V,metadata:L}=C,r=globalThis.litPropertyMetadata.get(L);if(r===void 0&&globalThis.litPropertyMetadata.set(L,r=new Map),V==="setter"&&((M=Object.create(M)).wrapped=!0),r.set(C.name,M),V==="accessor"){let{name:e}=C;return{set(o){let A=H.get.call(this);H.set.call(this,o),this.requestUpdate(e,A,M,!0,o)},init(o){return o!==void 0&&this.C(e,void 0,M,o),o}}}if(V==="setter"){let{name:e}=C;return function(o){let A=this[e];H.call(this,o),this.requestUpdate(e,A,M,!0,o)}}throw Error("Unsupported decorator location: "+V)};function p(M){return(H,C)=>typeof C=="object"?f2(M,H,C):((V,L,r)=>{let e=L.hasOwnProperty(r);return L.constructor.createProperty(r,V),e?Object.getOwnPropertyDescriptor(L,r):void 0})(M,H,C)}function v(M){return p({...M,state:!0,attribute:!1})}var k2=["hass-tabs-subpage","ha-card","ha-button","ha-icon-button","ha-icon","ha-svg-icon","ha-alert","ha-form","ha-dialog","ha-dialog-footer","ha-spinner"];function o1(){return k2.filter(M=>!customElements.get(M))}async function V2(){let M=Promise.all(o1().map(H=>customElements.whenDefined(H)));await Promise.race([M,new Promise(H=>setTimeout(H,1500))])}async function L2(){if(o1().length&&await V2(),o1().length){try{await B2()}catch{}await V2()}return o1()}async function B2(){await document.createElement("partial-panel-resolver")._getRoutes({x:{component_name:"config",url_path:"x"}}).routes.x.load(),await document.createElement("ha-panel-config").routerOptions.routes.users.load()}var $="iot_secure_gateway",B="/iot-secure-gateway";function c(M,H,C={}){return M.connection.sendMessagePromise({type:`${$}/${H}`,...C})}async function M2(M,H,C){return(await M.connection.sendMessagePromise({type:"call_service",domain:$,service:H,service_data:C,return_response:!0})).response}function S(M,H){let C=H;if(C.translation_key&&C.translation_domain){let V=`component.${C.translation_domain}.exceptions.${C.translation_key}.message`,L=M.localize(V,C.translation_placeholders??{});if(L)return L}return C.message??String(H)}function _(M,H=!1){H?history.replaceState(null,"",M):history.pushState(null,"",M),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:H}}))}function O(M,H){C1(M,"hass-notification",{message:H})}function r2(M,H){C1(M,"hass-more-info",{entityId:H})}function b(M,H,C){C1(M,"show-dialog",{dialogTag:H,dialogImport:async()=>{},dialogParams:{...C,hass:M.hass}})}function C1(M,H,C){M.dispatchEvent(new CustomEvent(H,{detail:C,bubbles:!0,composed:!0}))}function n(M,H){customElements.get(M)||customElements.define(M,H)}async function a1(M){await Promise.all(["config_panel","exceptions"].map(H=>M.loadBackendTranslation(H,$)))}function m(M,H,C={}){return M.localize(`component.${$}.config_panel.${H}`,C)||H}function e2(M,H,C,V={}){let L=new Intl.PluralRules(M.language).select(C)==="one"?"one":"other";return m(M,`${H}_${L}`,{...V,count:C})}function H1(M,H){let C=new Date(H),V={timeZone:M.config.time_zone},L=e=>e.toLocaleDateString("en-CA",V),r={hour:"2-digit",minute:"2-digit"};return L(C)===L(new Date)?C.toLocaleTimeString(M.language,{...V,...r}):C.toLocaleString(M.language,{...V,...r,weekday:"short",day:"numeric",month:"short"})}var s=class extends Z{constructor(){super(...arguments);this.dialogNext=!0;this.isOpen=!0;this.isBusy=!1;this.error=""}get hass(){if(!this.params)throw new Error("not open");return this.params.hass}closeDialog(){return this.isOpen=!1,!0}render(){return this.params?t`<ha-dialog
      .open=${this.isOpen}
      .headerTitle=${this.heading()}
      header-title=${this.heading()}
      @closed=${this.closed}
      @after-show=${this.focusFirst}
    >
      ${this.error?t`<ha-alert alert-type="error">${this.error}</ha-alert>`:i}
      ${this.body()}
      <ha-dialog-footer slot="footer">${this.buttons()}</ha-dialog-footer>
    </ha-dialog>`:i}t(C,V){return m(this.hass,C,V)}async submit(C){this.isBusy=!0,this.error="";try{await C(),this.isOpen=!1}catch(V){this.error=S(this.hass,V)}finally{this.isBusy=!1}}cancelButton(){return t`<ha-button
      slot="secondaryAction"
      appearance="plain"
      @click=${()=>this.isOpen=!1}
      >${this.hass.localize("ui.common.cancel")}</ha-button
    >`}closed(C){C.target===C.currentTarget&&(C1(this,"dialog-closed",{dialog:this.localName}),this.remove())}async focusFirst(){let C=this.renderRoot.querySelector("ha-form");for(let V=0;C&&V<20;V++){let L=C.shadowRoot?.querySelector("ha-selector");if(L?.focus(),L?.matches(":focus-within"))return;await new Promise(r=>setTimeout(r,50))}}};a([p({attribute:!1})],s.prototype,"params",2),a([v()],s.prototype,"isOpen",2),a([v()],s.prototype,"isBusy",2),a([v()],s.prototype,"error",2);var y2=["nothing","reads","controls"],d1=class extends s{constructor(){super(...arguments);this.data={household:"nothing",automations:!1}}heading(){return this.t("claim.title")}body(){let C=this.params?.device;return t`
      ${C?t`<p>${this.t("claim.of",{model:C.model||C.serial,serial:C.serial})}</p>`:t`<p>${this.t("claim.by_hand")}</p>`}
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${V=>this.t(`claim.${V.name}`)}
        .computeHelper=${V=>this.helper(V.name)}
        @value-changed=${V=>this.data=V.detail.value}
      ></ha-form>
      ${this.isBusy?t`<p role="status">${this.t("claim.busy")}</p>`:""}
    `}buttons(){return t`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data.password}
        .loading=${this.isBusy}
        @click=${this.claim}
        >${this.t("claim.claim")}</ha-button
      >`}helper(C){return C==="password"||C==="household"?this.t(`claim.${C}_helper`):""}schema(){let{device:C,asksStarter:V}=this.params??{},L={name:"password",required:!0,selector:{text:{type:"password",autocomplete:"off"}}},r=[{name:"serial",selector:{text:{}}},L,{name:"host",selector:{text:{}}},{name:"port",selector:{number:{mode:"box",min:1,max:65535}}}],o=[{name:"household",required:!0,selector:{select:{options:y2.map(A=>({value:A,label:this.t(`claim.household_${A}`)})),mode:"list"}}},{name:"automations",selector:{boolean:{}}}];return[...C?[L]:r,{name:"name",selector:{text:{}}},{name:"area_id",selector:{area:{}}},...V?o:[]]}async claim(){let{device:C,asksStarter:V}=this.params??{},{household:L,automations:r,...e}=this.data,o=Object.fromEntries(Object.entries(e).filter(([,A])=>A!==void 0&&A!==""));await this.submit(async()=>{let A=await c(this.hass,"claim",{...o,...C?{serial:C.serial}:{},...V?{household:L,automations:r}:{}});O(this,this.t("claim.done",{serial:A.serial}))})}};a([v()],d1.prototype,"data",2);n("isg-claim-dialog",d1);var h=class extends Z{constructor(){super(...arguments);this.narrow=!1;this.detail=""}t(C,V){return m(this.hass,C,V)}n(C,V,L){return e2(this.hass,C,V,L)}waiting(C){return C.error?t`<div class="content"><ha-alert alert-type="error">${C.error}</ha-alert></div>`:t`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`}async attempt(C){try{return await C(),!0}catch(V){return O(this,S(this.hass,V)),!1}}};a([p({attribute:!1})],h.prototype,"hass",2),a([p({type:Boolean})],h.prototype,"narrow",2),a([p()],h.prototype,"detail",2);var g=u`
  .content {
    max-width: 1040px;
    margin: 0 auto;
    padding: 16px;
    display: grid;
    gap: 16px;
    box-sizing: border-box;
  }
  h2 {
    margin: 0;
    padding: 16px 16px 0;
    font-size: var(--ha-font-size-xl, 20px);
    font-weight: var(--ha-font-weight-normal, 400);
    color: var(--primary-text-color);
  }
  p {
    margin: 0;
    padding: 8px 16px 16px;
    color: var(--secondary-text-color);
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 8px 0;
  }
  li {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 8px 16px;
    padding: 8px 16px;
    min-height: 40px;
  }
  li + li {
    border-top: 1px solid var(--divider-color);
  }
  .what {
    flex: 1 1 200px;
    min-width: 0;
  }
  .name {
    color: var(--primary-text-color);
    overflow-wrap: anywhere;
  }
  a.name {
    text-decoration: none;
  }
  a.name:hover,
  a.name:focus-visible {
    text-decoration: underline;
  }
  .more {
    color: var(--secondary-text-color);
    font-size: var(--ha-font-size-s, 12px);
    overflow-wrap: anywhere;
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  ha-icon,
  ha-svg-icon {
    color: var(--secondary-text-color);
    flex: none;
  }
  ha-spinner {
    display: block;
    margin: 64px auto;
  }
`;var T=class{constructor(H,C,V=()=>({})){this.host=H;this.command=C;this.fields=V;this.error="";H.addController(this)}hostConnected(){this.start()}hostUpdate(){this.start()}hostDisconnected(){this.stop()}restart(){this.stop(),this.value=void 0,this.error="",this.start()}start(){let H=this.host.hass;if(!H||this.running)return;let C=H.connection.subscribeMessage(V=>{this.running===C&&(this.value=V,this.error="",this.host.requestUpdate())},{type:`${$}/${this.command}`,...this.fields()});this.running=C,C.catch(V=>{this.running===C&&(this.error=S(H,V),this.host.requestUpdate())})}stop(){let H=this.running;this.running=void 0,H?.then(C=>C()).catch(()=>{})}};var k1=class extends s{heading(){return this.params?.title??""}body(){return t`<p>${this.params?.text}</p>`}buttons(){return t`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .loading=${this.isBusy}
        @click=${()=>this.submit(async()=>this.params?.act())}
        >${this.params?.yes}</ha-button
      >`}};n("isg-confirm-dialog",k1);var V1="\0name",B1="on",t2="off",m1="",p1=class extends s{willUpdate(){if(this.params&&!this.data){let{deployment:H,settings:C}=this.params;this.data={[V1]:H?.name??""};for(let V of C){let L=H?.values[V.key];this.data[V.key]=P2(V,L)}}}heading(){let H=this.params?.deployment?.name;return H?this.t("device.edit",{name:H}):this.t("device.add")}body(){return t`<p>${this.t("device.dialog_text")}</p>
      <ha-form
        .hass=${this.hass}
        .data=${this.data}
        .schema=${this.schema()}
        .disabled=${this.isBusy}
        .computeLabel=${H=>this.label(H.name)}
        .computeHelper=${H=>this.helper(H.name)}
        @value-changed=${H=>this.data=H.detail.value}
      ></ha-form>`}buttons(){return t`${this.cancelButton()}
      <ha-button
        slot="primaryAction"
        .disabled=${!this.data?.[V1]}
        .loading=${this.isBusy}
        @click=${this.save}
        >${this.hass.localize("ui.common.save")}</ha-button
      >`}setting(H){return this.params?.settings.find(C=>C.key===H)}label(H){if(H===V1)return this.t("device.name");let C=this.setting(H);return C?.unit?`${C.name} (${C.unit})`:C?.name??H}helper(H){let C=this.setting(H);if(!C)return"";let[V,L]=C.range??[],r=C.type==="text"&&V!==void 0;return[V===void 0?"":this.t(r?"device.length":"device.range",{low:V,high:L??""}),C.risky?this.t("device.risky"):""].filter(Boolean).join(" ")}schema(){let H=(this.params?.settings??[]).map(V=>({name:V.key,selector:this.selector(V)})),C=!this.params?.deployment;return[{name:V1,required:!0,disabled:!C,selector:{text:{}}},...H]}selector(H){let[C,V,L]=(H.range??[]).map(Number);switch(H.type){case"flag":return this.choice([{value:B1,label:this.t("device.on")},{value:t2,label:this.t("device.off")}]);case"choice":return this.choice((H.options??[]).map(r=>({value:r,label:r})));case"whole":case"decimal":return{number:{mode:"box",...C===void 0?{}:{min:C,max:V,step:L||"any"}}};default:return{text:{}}}}choice(H){return{select:{mode:"dropdown",options:[{value:m1,label:this.t("device.left_out")},...H]}}}async save(){let{params:H,data:C}=this;if(!H||!C)return;let V={};for(let L of H.settings){let r=C[L.key];r===void 0||r===m1||r===null||(V[L.key]=L.type==="flag"?r===B1:r)}await this.submit(async()=>{await c(this.hass,"put_deployment",{serial:H.serial,name:String(C[V1]).trim(),values:V,revision:H.revision}),await H.saved()})}};a([v()],p1.prototype,"data",2);function P2(M,H){return M.type==="flag"?H===void 0?m1:H?B1:t2:M.type==="choice"?H??m1:M.type==="decimal"&&H!==void 0?Number(H):H}n("isg-deployment-dialog",p1);var w2="confirmation_needed",I=class extends h{constructor(){super(...arguments);this.error=""}static{this.styles=[g,u`
      .scroll {
        overflow-x: auto;
        padding: 0 16px 16px;
      }
      table {
        border-collapse: collapse;
        min-width: 100%;
      }
      th,
      td {
        text-align: start;
        padding: 8px 16px 8px 0;
        border-bottom: 1px solid var(--divider-color);
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      th {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      td.left-out {
        color: var(--secondary-text-color);
      }
      .head {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .head h1 {
        margin: 0;
        font-size: var(--ha-font-size-2xl, 24px);
        font-weight: var(--ha-font-weight-normal, 400);
        overflow-wrap: anywhere;
      }
    `]}willUpdate(C){let V=C.get("device");C.has("device")&&(V?.serial!==this.device.serial||V.is_connected!==this.device.is_connected)&&this.load()}render(){let{device:C}=this;return t`
      <div class="content">
        <div class="head">
          <ha-icon-button
            .path=${T1}
            .label=${this.hass.localize("ui.common.back")}
            @click=${()=>_(`${B}/overview`)}
          ></ha-icon-button>
          <h1>${C.name}</h1>
        </div>
        ${this.error?t`<ha-alert alert-type="error">${this.error}</ha-alert>`:i}
        ${this.shown?this.renderSettings(this.shown):i}
        ${!this.shown&&!this.error?t`<ha-spinner aria-label=${this.t("loading")}></ha-spinner>`:i}
      </div>
    `}renderSettings(C){return t`
      <ha-card>
        <h2>${this.t("device.deployments")}</h2>
        <p>${this.t("device.deployments_text")}</p>
        ${C.pending?this.renderPending(C.pending.name):i}
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">${this.t("device.setting")}</th>
                <th scope="col">${this.t("device.now")}</th>
                ${C.deployments.map(V=>this.renderHead(C,V))}
              </tr>
            </thead>
            <tbody>
              ${C.settings.map(V=>t`<tr>
                  <th scope="row">
                    ${V.name}
                    ${V.risky?t`<div class="more">${this.t("device.risky")}</div>`:i}
                  </th>
                  <td>${this.text(V,V.value)}</td>
                  ${C.deployments.map(L=>{let r=L.values[V.key];return r===void 0?t`<td class="left-out">${this.t("device.left_out")}</td>`:t`<td>${this.text(V,r)}</td>`})}
                </tr>`)}
            </tbody>
          </table>
        </div>
        ${C.may_change?t`<p>
              <ha-button @click=${()=>this.edit(C)}>${this.t("device.add")}</ha-button>
            </p>`:i}
      </ha-card>
      <ha-card>
        <h2>${this.t("device.factory")}</h2>
        <p>${this.t("device.factory_text")}</p>
        <div class="scroll">
          <table>
            <tbody>
              ${Object.entries(C.factory).map(([V,L])=>t`<tr>
                  <th scope="row">${V}</th>
                  <td>${String(L)}</td>
                </tr>`)}
            </tbody>
          </table>
        </div>
      </ha-card>
    `}renderHead(C,V){let L=C.in_force===V.name;return t`<th scope="col">
      <div>${V.name}</div>
      ${L?t`<div class="more">${this.t("device.in_force")}</div>`:i}
      ${C.may_change?t`<div class="acts">
            ${L?i:t`<ha-button
                  size="small"
                  appearance="filled"
                  @click=${()=>this.activate(V.name)}
                  >${this.t("device.activate")}</ha-button
                >`}
            <ha-icon-button
              .path=${D1}
              .label=${this.t("device.edit",{name:V.name})}
              @click=${()=>this.edit(C,V)}
            ></ha-icon-button>
            <ha-icon-button
              .path=${F1}
              .label=${this.t("device.delete",{name:V.name})}
              @click=${()=>this.ask(C,V.name)}
            ></ha-icon-button>
          </div>`:i}
    </th>`}renderPending(C){return t`<ha-alert alert-type="info">
      ${this.t("device.pending",{name:C})}
      <ha-button
        slot="action"
        size="small"
        @click=${()=>this.act(()=>c(this.hass,"cancel_deployment",this.one()))}
        >${this.t("device.cancel")}</ha-button
      >
    </ha-alert>`}text(C,V){return typeof V=="boolean"?this.t(V?"device.on":"device.off"):C.unit?`${V} ${C.unit}`:String(V)||"–"}one(){return{serial:this.device.serial}}async load(){try{this.shown=await c(this.hass,"deployments",this.one()),this.error=""}catch(C){this.error=S(this.hass,C)}}async act(C){await this.attempt(C),await this.load()}edit(C,V){b(this,"isg-deployment-dialog",{serial:this.device.serial,settings:C.settings,revision:C.revision,deployment:V,saved:()=>this.load()})}ask(C,V){b(this,"isg-confirm-dialog",{title:this.t("device.delete",{name:V}),text:this.t("device.delete_text"),yes:this.hass.localize("ui.common.delete"),act:async()=>{await c(this.hass,"delete_deployment",{...this.one(),name:V,revision:C.revision}),await this.load()}})}async activate(C,V=!1){try{let{applied:L}=await c(this.hass,"activate_deployment",{...this.one(),name:C,confirm:V});O(this,this.t(L?"device.applied":"device.waits",{name:C}))}catch(L){L.code!==w2||V?O(this,S(this.hass,L)):b(this,"isg-confirm-dialog",{title:this.t("device.risky_title",{name:C}),text:S(this.hass,L),yes:this.t("device.try"),act:()=>this.activate(C,!0)})}await this.load()}};a([p({attribute:!1})],I.prototype,"device",2),a([v()],I.prototype,"shown",2),a([v()],I.prototype,"error",2);n("isg-device",I);var y1=class extends h{constructor(){super(...arguments);this.overview=new T(this,"overview")}static{this.styles=g}render(){let C=this.overview.value;if(!C)return this.waiting(this.overview);if(this.detail){let V=C.devices.find(L=>L.serial===this.detail);return V?t`<isg-device .hass=${this.hass} .narrow=${this.narrow} .device=${V}></isg-device>`:t`<div class="content">
            <ha-alert alert-type="warning">${this.t("device.gone")}</ha-alert>
          </div>`}return t`
      <div class="content">
        ${this.renderAttention(C)} ${this.renderDiscovered(C)}
        ${this.renderDevices(C.devices)}
      </div>
    `}renderAttention({attention:C,handovers:V}){let{offers:L,takeovers:r,orphans:e}=V;return!C.length&&!L.length&&!r.length&&!e.length?i:t`<ha-card>
      <h2>${this.t("overview.attention")}</h2>
      <ul>
        ${C.map(o=>t`<li>
            <div class="what">
              <div class="name">${o.name}</div>
              <div class="more">${this.t(`problems.${o.kind}`)}</div>
            </div>
          </li>`)}
        ${L.map(o=>this.renderOffer(o))}
        ${r.map(o=>this.renderTakeover(o))}
        ${e.map(o=>t`<li>
            <div class="what">
              <div class="name">${o.name}</div>
              <div class="more">${this.t("overview.orphan")}</div>
            </div>
            ${this.act("overview.take_over","take_over",o.serial)}
          </li>`)}
      </ul>
    </ha-card>`}renderOffer(C){let V=H1(this.hass,C.at),L=C.is_to_you?this.t("overview.offered_to_you",{person:C.from,until:V}):this.t("overview.offered_by_you",{person:C.to,until:V});return t`<li>
      <div class="what">
        <div class="name">${C.name}</div>
        <div class="more">${L}</div>
      </div>
      <div class="acts">
        ${C.is_to_you?t`${this.act("overview.accept","accept_transfer",C.serial)}
            ${this.act("overview.decline","end_transfer",C.serial)}`:this.act("overview.withdraw","end_transfer",C.serial)}
      </div>
    </li>`}renderTakeover(C){let V=H1(this.hass,C.at),L=new Date(C.at)<=new Date,r=C.is_to_you?this.t("overview.asked_by_you",{person:C.from,at:V}):this.t("overview.asked_of_you",{person:C.to,at:V});return t`<li>
      <div class="what">
        <div class="name">${C.name}</div>
        <div class="more">${r}</div>
      </div>
      <div class="acts">
        ${C.is_to_you&&L?this.act("overview.take_over","take_over",C.serial):i}
        ${this.act(C.is_to_you?"overview.ask_no_longer":"overview.object","object_takeover",C.serial)}
      </div>
    </li>`}renderDiscovered(C){let{discovered:V,asks_starter:L}=C;return t`<ha-card>
      <h2>${this.t("overview.discovered")}</h2>
      ${V.length?t`<ul>
            ${V.map(r=>t`<li>
                <div class="what">
                  <div class="name">${r.model||this.t("overview.unnamed")} (${r.serial})</div>
                  <div class="more">${r.host}</div>
                </div>
                <div class="acts">
                  ${r.is_bound?this.act("overview.restore","restore",r.serial):t`<ha-button
                        size="small"
                        @click=${()=>this.claim({device:r,asksStarter:L})}
                        >${this.t("overview.claim")}</ha-button
                      >`}
                </div>
              </li>`)}
          </ul>`:t`<p>${this.t("overview.none_discovered")}</p>`}
      <p>
        <ha-button appearance="plain" @click=${()=>this.claim({asksStarter:L})}>
          ${this.t("overview.claim_other")}
        </ha-button>
      </p>
    </ha-card>`}renderDevices(C){return t`<ha-card>
      <h2>${this.t("overview.devices")}</h2>
      ${C.length?t`<ul>
            ${C.map(V=>this.renderDevice(V))}
          </ul>`:t`<p>${this.t("overview.none")}</p>`}
    </ha-card>`}renderDevice(C){let V=C.is_yours?this.t("access.yours"):this.t("access.owned_by",{owner:C.owner}),L=[C.area,C.model,V].filter(Boolean).join(" · "),r=C.last_command_ms;return t`<li>
      <div class="what">
        <a
          class="name"
          href="${B}/overview/${encodeURIComponent(C.serial)}"
          @click=${e=>this.open(e,C.serial)}
          >${C.name}</a
        >
        <div class="more">${L}</div>
      </div>
      <div class="more">
        ${r===null?i:this.t("overview.latency",{ms:r.toFixed(r<10?1:0)})}
      </div>
      <div class="name">
        ${C.is_connected&&!C.problem?this.t("overview.connected"):this.t(`problems.${C.problem??"connecting"}`)}
      </div>
    </li>`}open(C,V){C.ctrlKey||C.metaKey||C.shiftKey||(C.preventDefault(),_(`${B}/overview/${encodeURIComponent(V)}`))}act(C,V,L){return t`<ha-button
      size="small"
      @click=${()=>this.attempt(()=>c(this.hass,V,{serial:L}))}
      >${this.t(C)}</ha-button
    >`}claim(C){b(this,"isg-claim-dialog",C)}};n("isg-overview",y1);var U=class extends Z{constructor(){super(...arguments);this.busy=""}static{this.styles=[g,u`
      ul {
        padding-top: 0;
      }
      .state {
        color: var(--secondary-text-color);
        min-width: 64px;
      }
      .locked {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
        --mdc-icon-size: 16px;
      }
    `]}render(){let{device:C,hass:V}=this,L=C.is_yours?m(V,"access.yours"):m(V,"access.owned_by",{owner:C.owner}),r=C.is_connected?"":` · ${m(V,"access.away")}`;return t`
      <h2>${C.name}</h2>
      <p>${L}${r}</p>
      ${C.entities.length?t`<ul>
            ${C.entities.map(e=>this.renderEntity(e))}
          </ul>`:i}
    `}renderEntity(C){let{hass:V}=this,L=C.entity_id?V.states[C.entity_id]:void 0,r=L?V.formatEntityState?.(L)??L.state:"";return t`
      <li>
        <div class="what">
          <div class="name">${C.name}</div>
          ${r?t`<div class="more">${r}</div>`:i}
        </div>
        <div class="acts">
          ${C.buttons.map(e=>this.renderButton(C,e))}
          ${L?t`<ha-button
                appearance="plain"
                size="small"
                @click=${()=>r2(this,C.entity_id??"")}
                >${m(V,"access.more")}</ha-button
              >`:i}
        </div>
      </li>
    `}renderButton(C,V){let{hass:L}=this,r=`${C.key} ${V.command}`,e=i2(L,V.command);if(!V.is_allowed){let o=V.next_at?H1(L,V.next_at):"";return t`<span class="locked">
        <ha-svg-icon .path=${R1}></ha-svg-icon>
        ${m(L,"access.locked",{command:e,next:o})}
      </span>`}return t`<ha-button
      size="small"
      appearance="filled"
      .disabled=${!this.device.is_connected||this.busy!==""}
      .loading=${this.busy===r}
      @click=${()=>this.press(C,V,r)}
      >${e}</ha-button
    >`}async press(C,V,L){this.busy=L;try{await M2(this.hass,"send_command",{device_id:this.device.device_id,command:V.command,entity:C.key});let r=i2(this.hass,V.command);O(this,m(this.hass,"access.done",{name:C.name,command:r}))}catch(r){O(this,S(this.hass,r))}finally{this.busy=""}}};a([p({attribute:!1})],U.prototype,"hass",2),a([p({attribute:!1})],U.prototype,"device",2),a([v()],U.prototype,"busy",2);function i2(M,H){let C=`commands.${H}`,V=m(M,C);return V===C?H:V}n("isg-device-access",U);var P1=class extends h{constructor(){super(...arguments);this.access=new T(this,"my_access")}static{this.styles=g}render(){let C=this.access.value;return C?t`
      <div class="content">
        ${C.devices.length?i:t`<ha-card><p>${this.t("access.nothing")}</p></ha-card>`}
        ${C.devices.map(V=>t`<ha-card>
            <isg-device-access .hass=${this.hass} .device=${V}></isg-device-access>
          </ha-card>`)}
        ${C.left_out?t`<ha-alert>${this.n("access.left_out",C.left_out)}</ha-alert>`:i}
        <ha-card>
          <h2>${this.t("access.claim_title")}</h2>
          <p>${this.t("access.claim_text")}</p>
          <p>
            <ha-button @click=${()=>b(this,"isg-claim-dialog",{})}>
              ${this.t("access.claim")}
            </ha-button>
          </p>
        </ha-card>
      </div>
    `:this.waiting(this.access)}};n("isg-my-access",P1);var w1="iot-secure-gateway-card",Q=class extends Z{constructor(){super(...arguments);this.config={};this.hasTexts=!1;this.access=new T(this,"my_access")}static{this.styles=[g,u`
      ha-card {
        padding-bottom: 8px;
      }
    `]}setConfig(C){if(C.devices!==void 0&&!Array.isArray(C.devices))throw new Error("devices: a list of serial numbers");this.config=C}getCardSize(){return 4}static getStubConfig(){return{}}willUpdate(){this.hass&&!this.hasTexts&&a1(this.hass).finally(()=>this.hasTexts=!0)}render(){let C=this.access.value;if(!this.hasTexts||!this.hass)return i;if(!C)return this.access.error?t`<ha-alert alert-type="error">${this.access.error}</ha-alert>`:i;let V=this.config.devices,L=C.devices.filter(r=>r.entities.length&&(!V||V.includes(r.serial)));return t`<ha-card>
      ${L.length?L.map(r=>t`<isg-device-access .hass=${this.hass} .device=${r}></isg-device-access>`):t`<p>${m(this.hass,"access.nothing")}</p>`}
    </ha-card>`}};a([p({attribute:!1})],Q.prototype,"hass",2),a([v()],Q.prototype,"config",2),a([v()],Q.prototype,"hasTexts",2);n(w1,Q);var A2=window.customCards??=[];A2.some(M=>M.type===w1)||A2.push({type:w1,name:"IoT Secure Gateway",description:"The devices and commands that are permitted to whoever looks at it."});var v1=[{path:"overview",icon:E1,page:(M,H)=>t`
      <isg-overview .hass=${M.hass} .narrow=${M.narrow} .detail=${H}></isg-overview>
    `},{path:"my-access",icon:b1,page:(M,H)=>t`
      <isg-my-access .hass=${M.hass} .narrow=${M.narrow} .detail=${H}></isg-my-access>
    `}],o2=/_static\/([0-9a-f]+)\//.exec(import.meta.url)?.[1],y=class extends Z{constructor(){super(...arguments);this.narrow=!1;this.route={prefix:B,path:""};this.panel={};this.hasTexts=!1;this.language=""}static{this.styles=u`
    ha-alert {
      display: block;
      margin: 16px;
    }
  `}connectedCallback(){super.connectedCallback(),L2().then(C=>this.missing=C)}willUpdate(){this.hass&&this.hass.language!==this.language&&(this.language=this.hass.language,a1(this.hass).finally(()=>this.hasTexts=!0)),(this.route.path===""||this.route.path==="/")&&_(`${B}/${v1[0]?.path}`,!0)}render(){if(!this.hass||!this.missing||!this.hasTexts)return i;let[C="",...V]=this.route.path.split("/").filter(Boolean),r=(v1.find(e=>e.path===C)??v1[0])?.page(this,decodeURIComponent(V.join("/")));return this.missing.includes("hass-tabs-subpage")?t`<ha-alert alert-type="warning">${m(this.hass,"elements_missing")}</ha-alert>
        ${r}`:t`
      <hass-tabs-subpage
        main-page
        .hass=${this.hass}
        .narrow=${this.narrow}
        .route=${this.route}
        .tabs=${v1.map(e=>({path:`${B}/${e.path}`,name:m(this.hass,`tabs.${e.path.replace("-","_")}`),iconPath:e.icon}))}
      >
        ${this.isOld()?t`<ha-alert alert-type="info">
              ${m(this.hass,"upgraded")}
              <ha-button slot="action" @click=${()=>location.reload()}>
                ${m(this.hass,"reload")}
              </ha-button>
            </ha-alert>`:i}
        ${r}
      </hass-tabs-subpage>
    `}isOld(){let C=this.panel.config?.digest;return!!C&&!!o2&&C!==o2}};a([p({attribute:!1})],y.prototype,"hass",2),a([p({type:Boolean})],y.prototype,"narrow",2),a([p({attribute:!1})],y.prototype,"route",2),a([p({attribute:!1})],y.prototype,"panel",2),a([v()],y.prototype,"missing",2),a([v()],y.prototype,"hasTexts",2);n("iot-secure-gateway-panel",y);
/*! Bundled license information:

@lit/reactive-element/css-tag.js:
  (**
   * @license
   * Copyright 2019 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/reactive-element.js:
lit-html/lit-html.js:
lit-element/lit-element.js:
@lit/reactive-element/decorators/custom-element.js:
@lit/reactive-element/decorators/property.js:
@lit/reactive-element/decorators/state.js:
@lit/reactive-element/decorators/event-options.js:
@lit/reactive-element/decorators/base.js:
@lit/reactive-element/decorators/query.js:
@lit/reactive-element/decorators/query-all.js:
@lit/reactive-element/decorators/query-async.js:
@lit/reactive-element/decorators/query-assigned-nodes.js:
  (**
   * @license
   * Copyright 2017 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/is-server.js:
  (**
   * @license
   * Copyright 2022 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/decorators/query-assigned-elements.js:
  (**
   * @license
   * Copyright 2021 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)
*/
